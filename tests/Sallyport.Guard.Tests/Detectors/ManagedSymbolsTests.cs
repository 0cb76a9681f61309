namespace Sallyport.Guard.Tests.Detectors;

public sealed class ManagedSymbolsTests(CompiledAssembly compiled) : IClassFixture<CompiledAssembly>
{
    [Fact]
    public void Blocks_an_assembly_whose_symbols_hold_its_sources_and_reads_them()
    {
        var report = Checks.CheckFile("lib/A.dll", compiled.Embedded, profile: Profile.Closed);
        Assert.Equal(Verdict.Blocked, report.Verdict);
        var sources = Assert.Single(report.Findings, f => f.Rule.Id == "source.embedded-in-symbols");
        Assert.True(sources.IsBlocking);
        Assert.Equal(1L, sources.Evidence["files"]);
        var secret = Assert.Single(report.Findings, f => f.Rule.Id == Fakes.GitHubRule);
        Assert.EndsWith("lib/A.dll!/src/Foo.cs", secret.Path, StringComparison.Ordinal);
        Assert.Equal(3, secret.Line);
        Assert.Contains("debug.source-link-host", report.Rules());
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void Notes_embedded_sources_of_an_open_package_but_blocks_the_secret_in_them()
    {
        var report = Checks.CheckFile("A.dll", compiled.Embedded, profile: Profile.Open);
        Assert.Equal(["secret"], report.Findings.Where(f => f.IsBlocking).Select(f => f.Rule.Family));
    }

    [Fact]
    public void Reads_an_assembly_of_forty_megabytes_as_well()
    {
        var report = Checks.CheckFile("A.dll", compiled.Large, profile: Profile.Closed);
        Assert.Contains("source.embedded-in-symbols", report.Rules());
        Assert.Contains(report.Findings, f => f.Rule.Id == Fakes.GitHubRule);
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void Finds_assemblies_and_symbols_inside_an_executable()
    {
        byte[] bundle = [.. "\u007fELF\u0002\u0001\u0001"u8, .. new byte[5000], .. compiled.Plain, .. new byte[77], .. compiled.Symbols, .. new byte[333], .. compiled.Embedded, .. new byte[90]];
        var report = Checks.CheckFile("app", bundle, profile: Profile.Closed);
        Assert.Contains("source.embedded-in-symbols", report.Rules());
        Assert.Contains("debug.document-path", report.Rules());
        Assert.Contains("debug.source-link-host", report.Rules());
        Assert.Contains(report.Findings, f => f.Rule.Id == Fakes.GitHubRule);
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void Reads_symbol_files_whatever_their_name()
    {
        var report = Checks.CheckFile("data.bin", compiled.Symbols, profile: Profile.Closed);
        Assert.Contains("source.embedded-in-symbols", report.Rules());
        var path = Assert.Single(report.Findings, f => f.Rule.Id == "debug.document-path");
        Assert.Contains("mkowalska", path.Message, StringComparison.Ordinal);
        Assert.Contains(report.Findings, f => f.Rule.Id == Fakes.GitHubRule);
    }

    [Fact]
    public void Leaves_deterministic_assemblies_alone()
    {
        Assert.Empty(Checks.CheckFile("A.dll", compiled.Plain, profile: Profile.Closed).Findings);
        var symbols = Checks.CheckFile("A.pdb", compiled.PlainSymbols, profile: Profile.Closed);
        Assert.Equal(["debug.portable-pdb"], symbols.Rules());
    }

    [Fact]
    public void Blocks_source_link_to_a_host_that_the_policy_calls_internal()
    {
        var policy = Policy.Default with { Terms = new TermPolicy { Hosts = [".falcon.example"] } };
        var report = Checks.CheckFile("A.dll", compiled.Embedded, policy, Profile.Open);
        Assert.True(Assert.Single(report.Findings, f => f.Rule.Id == "debug.source-link-internal").IsBlocking);
    }

    [Fact]
    public void Says_so_when_symbols_are_damaged()
    {
        var cut = compiled.Symbols[..(compiled.Symbols.Length / 2)];
        Assert.Equal(Verdict.Incomplete, Checks.CheckFile("A.pdb", cut, profile: Profile.Open).Verdict);
    }
}
