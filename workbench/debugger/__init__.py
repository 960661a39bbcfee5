"""The debugger: the verbs that every face shares, and what a face shows of a run."""
