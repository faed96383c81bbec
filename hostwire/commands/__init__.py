"""The subcommands, a module each: parse the words, build what is needed, call, print."""
