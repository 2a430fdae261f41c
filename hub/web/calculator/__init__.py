"""“What do I owe?”: the law table, asked by anybody."""
