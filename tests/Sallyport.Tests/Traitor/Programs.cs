using Sallyport.Engine.Sandboxing;

namespace Sallyport.Tests.Traitor;

/// <summary>What this machine has.</summary>
internal static class Programs
{
    private static readonly Lazy<string?> sandbox = new(() => OperatingSystem.IsLinux() ? SandboxProbe.Try(SandboxForm.Bubblewrap).Problem : "this is not Linux");

    public static bool Has(params string[] names) => Array.TrueForAll(names, name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name))));

    /// <summary>The rows are those of bubblewrap; other forms of confinement hold less, and say so.</summary>
    public static void NeedsBubblewrap() => Assert.SkipUnless(sandbox.Value is null, sandbox.Value ?? "");

    /// <summary>What a day's work is made of.</summary>
    public static void NeedsAll()
    {
        NeedsBubblewrap();
        Assert.SkipUnless(Has("git", "curl", "python3", "node", "make", "perl", "tar"), "needs git, curl, python3, node, make, perl and tar");
    }
}
