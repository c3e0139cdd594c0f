"""What every unit of work and its repositories promise: the fake ones and the SQL ones alike."""
