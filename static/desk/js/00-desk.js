// The desk's own behaviours follow, one file each.
