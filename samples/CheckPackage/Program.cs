using Sallyport.Guard;

// dotnet run --project samples/CheckPackage -- path/to/package.tgz
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: CheckPackage TARGET...");
    return 3;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

try
{
    var policy = PolicyFile.Find(Directory.GetCurrentDirectory()) is { } file ? PolicyFile.Read(file) : Policy.Default;
    var report = PackageCheck.Check(new CheckRequest { Targets = args, Policy = policy }, stop.Token);

    foreach (var target in report.Targets)
    {
        Console.WriteLine($"{target.Target}: {target.Verdict} ({target.Entries} files, {target.Bytes} bytes)");
        foreach (var finding in target.Findings.Where(f => f.IsBlocking)) Console.WriteLine($"  {finding.Severity} {finding.Rule.Id} {finding.Path}: {finding.Message}");
        foreach (var part in target.Skipped) Console.WriteLine($"  not read: {part.Path}: {part.Reason}");
    }
    return report.Verdict switch { Verdict.Clean => 0, Verdict.Blocked => 1, _ => 2 };
}
catch (GuardException e)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
