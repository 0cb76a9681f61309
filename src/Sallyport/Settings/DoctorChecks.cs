using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sallyport.Engine.Memory;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Watching;
using Sallyport.Providers;

namespace Sallyport.Settings;

/// <summary>What <c>sally doctor</c> looks at. Nothing leaves the machine; values of credentials are never read out.</summary>
internal static class DoctorChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<List<DoctorCheck>> Run(string folder, CancellationToken cancellation)
    {
        var checks = new List<DoctorCheck>
        {
            new("sally", CheckState.Ok, $"{typeof(Sally).Assembly.GetName().Version?.ToString(3)} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}"),
            await Git(cancellation).ConfigureAwait(false),
            Shell(),
            Sandbox(),
            Checkpoints(),
            Settings(folder),
            Models(),
        };
        checks.AddRange(CredentialCheck.Of(folder));
        checks.AddRange(await Providers(folder, cancellation).ConfigureAwait(false));
        checks.Add(State());
        checks.Add(Disk());
        checks.Add(Memory(folder));
        checks.Add(Terminal());
        return checks;
    }

    private static async Task<DoctorCheck> Git(CancellationToken cancellation)
    {
        const string fix = "install git: checkpoints, git targets of the gate and repositories need it";
        if (Found("git") is not { } program) return new("git", CheckState.Warning, "not on the PATH", fix);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var process = new Process { StartInfo = new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
            var said = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? new("git", CheckState.Ok, said.Trim()) : new("git", CheckState.Warning, $"{program} ends with {process.ExitCode}", fix);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return new("git", CheckState.Warning, $"{program} does not answer", fix);
        }
        catch (Win32Exception e)
        {
            return new("git", CheckState.Warning, $"{program} does not start: {e.Message}", fix);
        }
    }

    private static DoctorCheck Shell() =>
        Found("bash") is { } bash ? new("shell", CheckState.Ok, bash)
        : Found("sh") is { } sh ? new("shell", CheckState.Warning, sh, "install bash: models write for it")
        : new("shell", CheckState.Failed, "neither bash nor sh is on the PATH", "install bash: commands run in it");

    private static DoctorCheck Sandbox()
    {
        // Tried, not looked up: in containers what is installed often does not work.
        var found = SandboxProbe.Best();
        const string fix = "install bubblewrap; until then commands are asked before they run";
        return found.Form switch
        {
            SandboxForm.Bubblewrap => new("sandbox", CheckState.Ok, $"bubblewrap works ({found.Program}): commands run confined"),
            SandboxForm.Landlock => new("sandbox", CheckState.Warning, $"Landlock with seccomp: commands run confined, but network.allow and the protection of .git/hooks need bubblewrap ({SandboxProbe.Try(SandboxForm.Bubblewrap).Problem})", "install bubblewrap, where containers allow namespaces"),
            SandboxForm.Seatbelt => new("sandbox", CheckState.Ok, "sandbox-exec (not tested): commands run confined"),
            _ => new("sandbox", CheckState.Warning, $"none: {found.Problem}", OperatingSystem.IsLinux() ? fix : OperatingSystem.IsWindows() ? "commands are asked before they run; sandbox: \"on\" uses it anyway" : "commands are asked before they run"),
        };
    }

    private static DoctorCheck Checkpoints()
    {
        const string fix = "a Linux kernel of 5.19 or newer, outside of another watch";
        var form = SandboxProbe.Best().Form;
        return WatchProbe.Problem(form is not null, form == SandboxForm.Bubblewrap) is { } problem
            ? new("checkpoints", CheckState.Warning, $"by comparing the files before and after each command ({problem}): not ignored files, large ones, folders of dependencies, and what background jobs do later", OperatingSystem.IsLinux() ? fix : null)
            : new("checkpoints", CheckState.Ok, "commands are watched: every file is kept before it changes");
    }

    private static DoctorCheck Settings(string folder)
    {
        try
        {
            var settings = RunSettings.Load(folder);
            if (settings.Notice() is { } notice) return new("settings", CheckState.Warning, notice, "sally trust --show");
            var files = new List<string>();
            foreach (var layer in settings.Layers) if (layer.Path is { } path) files.Add(path);
            return new("settings", CheckState.Ok, files.Count == 0 ? "none; defaults hold" : string.Join(", ", files));
        }
        catch (SettingsException e)
        {
            return new("settings", CheckState.Failed, e.Message.Replace("\n", "; ", StringComparison.Ordinal), "mend the file; \"sally config keys\" lists what there is");
        }
    }

    private static DoctorCheck Models()
    {
        try
        {
            ModelCatalogue.Load(ModelsCommand.OwnFile);
            return new("models", CheckState.Ok, File.Exists(ModelsCommand.OwnFile) ? $"built in, and {ModelsCommand.OwnFile}" : "built in");
        }
        catch (FormatException e)
        {
            return new("models", CheckState.Failed, e.Message, "mend the file, or remove it");
        }
    }

    private static async Task<List<DoctorCheck>> Providers(string folder, CancellationToken cancellation)
    {
        var ready = new List<string>();
        var checks = new List<DoctorCheck>();
        foreach (var kind in ProviderTable.Kinds) if (ModelsCommand.CredentialVariable(kind) is { } variable && !ready.Contains($"{variable} is set")) ready.Add($"{variable} is set");
        var store = new CredentialStore(Path.Combine(SettingsPaths.ConfigFolder(), "credentials.json"), Environment.GetEnvironmentVariable);
        foreach (var kind in ProviderTable.Kinds)
        {
            if (kind.KeyVariables.Count == 0 || ModelsCommand.CredentialVariable(kind) is not null) continue;
            try
            {
                if (await store.Find(kind.Name, cancellation).ConfigureAwait(false) is { } stored) ready.Add($"{kind.Name} from {stored.Origin}");
            }
            catch (ProviderException e)
            {
                checks.Add(new("credentials", CheckState.Failed, e.Message));
                break;
            }
        }
        try
        {
            foreach (var (name, own) in RunSettings.Load(folder).Providers)
                if (own.KeyVariable is null || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(own.KeyVariable))) ready.Add($"{name} of the settings");
        }
        catch (SettingsException)
        {
            // Told above.
        }
        using var http = ProviderHttp.Create(new Guard.Gate.ExitGate());
        if (await LocalServers.Find(http, cancellation).ConfigureAwait(false) is { } server) ready.Add($"{server.Name} at {server.Address} has {server.Model}");
        if (ready.Count > 0) checks.Add(new("providers", CheckState.Ok, string.Join("; ", ready)));
        else checks.Add(new("providers", CheckState.Failed, "no credential, and no model server on this machine", "set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or start a local server (Ollama, LM Studio, llama.cpp, vLLM)"));
        return checks;
    }

    private static DoctorCheck State()
    {
        var folder = StateFolder.Root();
        try
        {
            StateFolder.Make(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            StateFolder.Open(probe, FileMode.Create).Dispose();
            File.Delete(probe);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(folder) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0)
                return new("state", CheckState.Warning, $"{folder} can be entered by others", $"chmod 700 {folder}");
            return new("state", CheckState.Ok, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("state", CheckState.Failed, $"{folder}: {e.Message}", "make it writable, or point XDG_STATE_HOME elsewhere: sessions are kept there");
        }
    }

    private static DoctorCheck Disk()
    {
        try
        {
            var at = StateFolder.Root();
            while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } above) at = above;
            var free = new DriveInfo(at).AvailableFreeSpace;
            var text = string.Create(CultureInfo.InvariantCulture, $"{free / (double)(1 << 30):0.0} GiB free");
            return free switch
            {
                < 50L << 20 => new("disk", CheckState.Failed, text, "make room: sessions could not be written"),
                < 1L << 30 => new("disk", CheckState.Warning, text, "make room: builds and checkpoints need some"),
                _ => new("disk", CheckState.Ok, text),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new("disk", CheckState.Warning, $"cannot be told: {e.Message}");
        }
    }

    private static DoctorCheck Memory(string folder)
    {
        var memory = MemoryFiles.Read(folder, folder, SettingsPaths.ConfigFolder());
        if (memory.Notices.Count > 0) return new("memory", CheckState.Warning, string.Join("; ", memory.Notices));
        return new("memory", CheckState.Ok, memory.Files.Count == 0 ? "no AGENTS.md here" : string.Join(", ", memory.Files));
    }

    private static DoctorCheck Terminal() =>
        Console.IsOutputRedirected ? new("terminal", CheckState.Ok, "output goes to a file or program")
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? new("terminal", CheckState.Warning, "TERM is not set, or dumb", "set TERM, as xterm-256color")
        : new("terminal", CheckState.Ok, $"{Environment.GetEnvironmentVariable("TERM")}, {Console.WindowWidth}x{Console.WindowHeight}");

    private static string? Found(string program)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            if (!Path.IsPathRooted(folder)) continue;
            var path = Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);
            if (File.Exists(path)) return path;
        }
        return null;
    }
}
