"""Reading a mail: a child process takes it apart, we take over what it says."""
