using Sallyport.Engine;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Settings;
using Sallyport.Guard;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;

namespace Sallyport.Agent;

/// <summary>The sandbox of a run, from its settings.</summary>
internal static class Confinement
{
    public static Sandbox Of(RunSettings settings, Workspace workspace, string outputs, ExitGate gate, GateShims shims, FlowState flow, Action<LedgerEntry> write, Departures departures, Sender sender, IReadOnlyList<HostCredential> credentials, SecretVault vault)
    {
        var sandbox = Made(settings, Setup(settings, workspace, outputs) with
        {
            Shims = shims,
            Held = () => departures.Now?.Flow.Held ?? [],
            Leaving = destination =>
            {
                flow.Connects(destination);
                gate.Clear(destination, destination);
            },
            Left = departure => departures.Carried(departure, sender),
            Credentials = credentials,
            Look = Look,
            Verdicts = (Told, Lost),
            Notice = sender.Agent is not null ? static _ => { } : static line => Console.Error.WriteLine($"sally: {Printable.Line(line)}"),
        });
        flow.Closes = sandbox.CutConnections;
        return sandbox;

        void Look(Destination destination, string host, string where, ReadOnlyMemory<byte> piece) =>
            gate.Look(destination, host, where, piece, kind => settings.SecretHosts.TryGetValue(kind, out var hosts) && hosts.Contains(host, StringComparer.OrdinalIgnoreCase));

        void Told(ReadOnlyMemory<byte> report)
        {
            try
            {
                if (ReportedVerdict.Read(report.Span, shims.Session, vault.Close) is { } entry) write(entry);
            }
            catch (GuardException)
            {
                // What cannot be looked at to its end is not written down.
            }
        }

        void Lost(int count) => write(new LedgerEntry(LedgerKind.Verdict) { Session = shims.Session }.With("verdict", "incomplete").With("target", $"{count} more verdicts, too many to be written down").With("reported", "confined"));
    }

    /// <summary>The same for who only wants to know what a run would have: null when the settings want none.</summary>
    public static Sandbox? ForJudging(RunSettings settings, Workspace workspace) => settings.Sandbox == false ? null : Made(settings, Setup(settings, workspace, workspace.Root));

    /// <summary>Who judges the calls of a run with these settings.</summary>
    /// <param name="settings">Mode and rules.</param>
    /// <param name="sandbox">What confines commands; null when nobody wants them to be.</param>
    public static Judge Judge(RunSettings settings, Sandbox? sandbox) => new(settings.PermissionMode, settings.Allow, settings.Ask, settings.Deny)
    {
        Unconfined = sandbox is null ? null : () => sandbox.Problem, Covers = sandbox is null ? null : () => sandbox.Covers,
        Reached = settings["network.allow"] is { Layer: LayerKind.Managed or LayerKind.User } ? host => IsOpen(settings, host) : null,
        Named = touches => IsOpen(settings, touches.Host) ? "network.allow names its host" : null,
    };

    private static SandboxSetup Setup(RunSettings settings, Workspace workspace, string outputs)
    {
        foreach (var host in settings.NetworkAllow)
            if (!HostRules.IsRule(host)) throw new UsageException($"network.allow: \"{host}\" is no host: write a name, *.name or name:port");
        return new SandboxSetup
        {
            Workspace = workspace,
            OutputFolder = outputs,
            Self = Self(),
            Hosts = settings.NetworkAllow,
            // What was never tried on that system is there only for who asks for it.
            Form = settings.SandboxForm ?? (OperatingSystem.IsWindows() && settings.Sandbox == true ? SandboxForm.AppContainer : null),
            Notice = line => Console.Error.WriteLine($"sally: {Printable.Line(line)}"),
        };
    }

    private static Sandbox Made(RunSettings settings, SandboxSetup setup)
    {
        var sandbox = new Sandbox(setup);
        // Asked for by name, it is there or nothing runs.
        if (settings.Sandbox == true && sandbox.Problem is { } problem)
        {
            sandbox.Dispose();
            throw new UsageException($"sandbox {settings["sandbox"]?.Value ?? "on"}: there is none here: {problem}");
        }
        return sandbox;
    }

    /// <summary>Whether the settings open the network to a host, given with its port where that is not the usual one.</summary>
    public static bool IsOpen(RunSettings settings, string? host)
    {
        if (host is null || settings.NetworkAllow.Count == 0 || !Uri.TryCreate("https://" + host, UriKind.Absolute, out var address)) return false;
        return new HostRules(settings.NetworkAllow).Judge(address.Host, address.Port).Allowed;
    }

    /// <summary>How this program is started again: its own file, or the runtime with its library.</summary>
    internal static string[] Self()
    {
        if (Environment.ProcessPath is not { } program) return [];
        if (!Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) return [program];
        var library = Path.Combine(AppContext.BaseDirectory, typeof(Confinement).Assembly.GetName().Name + ".dll");
        return File.Exists(library) ? [program, library] : [];
    }
}

/// <summary>Our program as the one that becomes another under Landlock, or holds one in a container of Windows.</summary>
internal static class LaunchMode
{
    public const string Word = "__launch";

    public static int Run(string[] arguments) => OperatingSystem.IsWindows() ? Engine.Sandboxing.Windows.WindowsLauncher.Run(arguments.AsSpan(1)) : LandlockLauncher.Run(arguments.AsSpan(1));
}
