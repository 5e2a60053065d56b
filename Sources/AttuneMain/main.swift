import CommandLine

AttuneCommand.main()
