using Sallyport;
using Sallyport.Agent;
using Sallyport.Engine.Watching;
using Sallyport.Guard;

// The parts of ourselves that a sandbox is made of: they stand between a command and its start.
if (args is [BridgeMode.Word or LaunchMode.Word, ..]) return args[0] == BridgeMode.Word ? BridgeMode.Run(args) : LaunchMode.Run(args);
if (args is [Answerer.Mode, ..]) return Answerer.Run(args.AsSpan(1));
// The answer to --version is worth no start-up work.
if (args is ["--version"]) return Sally.Say($"sally {typeof(Sally).Assembly.GetName().Version?.ToString(3)}");
// What a check needs is built while its arguments are read.
if (args is ["gate", "check" or "recover" or "hook", _, ..]) PackageCheck.Prepare();
return await Sally.Run(args);
