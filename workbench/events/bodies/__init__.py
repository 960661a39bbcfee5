"""Every fact and intent that a run's log can hold, by what it is about; `workbench.events` has them all."""
