"""What people do with grassroots records, one function each."""
