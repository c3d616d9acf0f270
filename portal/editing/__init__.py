"""Where editors work: gaps, articles and their versions, drafts from answers. Its pages stand under /desk/articles."""
