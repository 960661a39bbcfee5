"""What screens, panes and sheets are made of: lines, lists, fields, the prompt, the rules between panes."""
