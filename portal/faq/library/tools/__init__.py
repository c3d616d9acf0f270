"""What commands and editors do with content: check, import, try, write."""
