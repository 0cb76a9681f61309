using BenchmarkDotNet.Running;
using Sallyport.Bench;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

// scan FOLDER [SECONDS]: throughput by stage over a folder. literals: what wakes detectors, for ripgrep to look for.
// tree FOLDER: a made-up tree to search in. search FOLDER PATTERN...: our search beside ripgrep's. ledger [ENTRIES]: append, verify, prove. resume SALLY: runs that go on with 100 MB. gate FOLDER: 200 KB of new text. stream FOLDER: 200 KB as a model writes it. sandbox SALLY: confined starts. output [SECONDS [KIND]]: a command's output, looked at and kept. watch [FILES [STATE]]: commands that change many files. Anything else goes to BenchmarkDotNet.
if (args is ["scan", var folder, ..])
{
    Stages.Measure(folder, args.Length > 2 ? double.Parse(args[2]) : 2);
    return;
}
if (args is ["search", var tree, .. var patterns])
{
    SearchSpeed.Measure(tree, patterns);
    return;
}
if (args is ["tree", var made])
{
    MadeUpTree.Write(Path.GetFullPath(made));
    return;
}
if (args is ["resume", var program])
{
    await ResumeSpeed.Measure(Path.GetFullPath(program));
    return;
}
if (args is ["ledger", .. var count])
{
    LedgerSpeed.Measure(count is [var entries] ? int.Parse(entries) : 1_000_000);
    return;
}
if (args is ["sandbox", var sally])
{
    SandboxSpeed.Measure(Path.GetFullPath(sally));
    return;
}
if (args is ["stream", var streamed])
{
    GateSpeed.MeasureStream(streamed);
    return;
}
if (args is ["gate", var sources])
{
    GateSpeed.Measure(sources);
    return;
}
if (args is ["output", .. var span])
{
    OutputSpeed.Measure(span is [var most, ..] ? double.Parse(most) : 1, span is [_, var kind] ? kind : null);
    return;
}
if (args is ["watch", .. var many])
{
    await WatchSpeed.Measure(many is [var number, ..] ? int.Parse(number) : 30_000, many is [_, var elsewhere] ? elsewhere : null);
    return;
}
if (args is ["literals"])
{
    var literals = Catalogue.All.Detectors.OfType<LiteralDetector>().SelectMany(d => d.Triggers).Select(t => t.Literal);
    foreach (var literal in literals.Where(l => l.All(c => c is >= ' ' and <= '~')).Distinct(StringComparer.OrdinalIgnoreCase)) Console.WriteLine(literal);
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
