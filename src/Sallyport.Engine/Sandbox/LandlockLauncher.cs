using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Starts programs under Landlock and seccomp, where namespaces cannot be made (in most containers). The network is closed; there is
/// no way out of it that leads to some hosts only.
/// </summary>
/// <param name="policy">What holds.</param>
/// <param name="roots">The folders that are written.</param>
/// <param name="self">How our own program is started.</param>
public sealed class LandlockLauncher(SandboxPolicy policy, IReadOnlyList<string> roots, IReadOnlyList<string> self) : ILauncher
{
    /// <summary>Our own program's word for being the launcher.</summary>
    public const string Mode = "__launch";

    private readonly ConfinedSpawn within = new(() => Landlock.Ruleset(policy), SeccompFilter.Build(internet: false));

    public Launch Prepare(Launch launch)
    {
        var arguments = new List<string>(self.Skip(1)) { Mode, "--temp", policy.Temp, "--home", policy.Home };
        foreach (var root in roots) arguments.AddRange(["--root", root]);
        foreach (var place in policy.Hidden) arguments.AddRange(["--hide", place]);
        foreach (var place in policy.Readable) arguments.AddRange(["--read", place]);
        arguments.AddRange(["--", launch.Program]);
        arguments.AddRange(launch.Arguments);
        return launch with { Program = self[0], Arguments = arguments, Environment = Variables(launch) };
    }

    public Launch PrepareNative(Launch launch) => launch with { Environment = Variables(launch), Within = within };

    /// <summary>Is the launcher: becomes the program that is named, confined. Comes back only with an exit code when it cannot.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var (roots, hidden, readable, temp, home) = (new List<string>(), new List<string>(), new List<string>(), "", "");
        var at = 0;
        for (; at + 1 < arguments.Length && arguments[at] != "--"; at += 2)
        {
            var value = arguments[at + 1];
            switch (arguments[at])
            {
                case "--temp": temp = value; break;
                case "--home": home = value; break;
                case "--root": roots.Add(value); break;
                case "--hide": hidden.Add(value); break;
                case "--read": readable.Add(value); break;
                default: return Failed($"unknown {arguments[at]}");
            }
        }
        if (roots.Count == 0 || temp.Length == 0 || at + 1 >= arguments.Length) return Failed("a program and its folders are missing");
        var policy = new SandboxPolicy(new Workspace(roots[0], roots.GetRange(1, roots.Count - 1)), temp) { Home = home, Hidden = hidden, Readable = readable };
        try
        {
            return Failed(Landlock.Become(policy, SeccompFilter.Build(internet: false), arguments[at + 1], arguments[(at + 2)..].ToArray()));
        }
        catch (IOException e)
        {
            return Failed(e.Message);
        }

        static int Failed(string why)
        {
            Console.Error.WriteLine($"sally: the sandbox did not start: {why}");
            return 126;
        }
    }

    private Dictionary<string, string> Variables(Launch launch)
    {
        var variables = new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal);
        SandboxPolicy.Settle(variables, policy.Temp);
        return variables;
    }
}
