using System.Diagnostics;

namespace Sallyport.Tests;

/// <summary>The program with a home of its own, so that nobody's files are read or written.</summary>
internal sealed class SettingsDoor : IDisposable
{
    private static readonly string[] Forgotten =
        ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "OPENAI_BASE_URL", "GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "DBUS_SESSION_BUS_ADDRESS"];

    private readonly TempFolder home = new();

    public SettingsDoor() => Directory.CreateDirectory(Project);

    public string Project => Path.Combine(home.Path, "project");

    public string UserFile => Path.Combine(home.Path, "config", "sallyport", "settings.json");

    public string State => Path.Combine(home.Path, "state", "sallyport");

    public Dictionary<string, string> Variables { get; } = [];

    public void Write(string name, string content) => home.Write(name, content);

    public (int Exit, string Output, string Error) Run(params string[] arguments) => Start(SallyProgram.Command.File, [.. SallyProgram.Command.First, .. arguments]);

    /// <summary>Any program in the project's folder, with the same home.</summary>
    public (int Exit, string Output, string Error) Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Project, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["HOME"] = home.Path;
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(home.Path, "config");
        start.Environment["XDG_STATE_HOME"] = Path.Combine(home.Path, "state");
        foreach (var name in Forgotten) start.Environment.Remove(name);
        foreach (var (name, value) in Variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public void Dispose() => home.Dispose();
}
