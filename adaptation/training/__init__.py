"""Training of students: teachers' labels, batches, losses and the loop that the recipes share. Needs the extra
`adaptation` (torch, transformers)."""
