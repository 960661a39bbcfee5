"""What stands around a model that is asked: how long it is waited for, how often it is asked, answers that are kept."""
