using BenchmarkDotNet.Running;
using Sallyport.Bench;

// scan FOLDER [SECONDS]: throughput by stage over a folder. Anything else goes to BenchmarkDotNet.
if (args is ["scan", var folder, ..])
{
    Stages.Measure(folder, args.Length > 2 ? double.Parse(args[2]) : 2);
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
