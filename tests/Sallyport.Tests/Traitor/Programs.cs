using Sallyport.Engine.Sandboxing;

namespace Sallyport.Tests.Traitor;

/// <summary>What this machine has.</summary>
internal static class Programs
{
    private static readonly Lazy<string?> problem = new(() => OperatingSystem.IsLinux() ? SandboxProbe.Try(IsLandlock ? SandboxForm.Landlock : SandboxForm.Bubblewrap).Problem : "this is not Linux");

    /// <summary>SALLY_TRAITOR_FORM=landlock plays all of it under Landlock, whatever else the machine has.</summary>
    public static bool IsLandlock { get; } = Environment.GetEnvironmentVariable("SALLY_TRAITOR_FORM") == "landlock";

    /// <summary>The form by name.</summary>
    public static string Form => IsLandlock ? "landlock" : "bubblewrap";

    /// <summary>What the program is told of it.</summary>
    public static string[] Sandbox => ["--sandbox", Form];

    public static bool Has(params string[] names) => Array.TrueForAll(names, name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name))));

    /// <summary>The rows are those of one form of confinement: another would make others.</summary>
    public static void NeedsSandbox() => Assert.SkipUnless(problem.Value is null, problem.Value ?? "");

    /// <summary>What a day's work is made of.</summary>
    public static void NeedsAll()
    {
        NeedsSandbox();
        Assert.SkipUnless(Has("git", "curl", "python3", "node", "make", "perl", "tar"), "needs git, curl, python3, node, make, perl and tar");
    }
}
