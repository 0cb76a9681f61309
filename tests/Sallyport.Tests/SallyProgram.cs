using System.Diagnostics;

namespace Sallyport.Tests;

/// <summary>
/// The real program, as a process of its own. It is the tests' own build, or the file that the variable SALLY_PROGRAM names: so the
/// same tests hold for what is published.
/// </summary>
internal static class SallyProgram
{
    /// <summary>Null when the tests run their own build.</summary>
    public static string? Published { get; } = Environment.GetEnvironmentVariable("SALLY_PROGRAM") is { Length: > 0 } path ? path : null;

    /// <summary>The file to start, and what its arguments begin with.</summary>
    public static (string File, string[] First) Command { get; } = Published is { } published ? (published, []) : ("dotnet", [typeof(Sally).Assembly.Location]);

    // What the program writes down of these runs is nobody's.
    private static readonly string State = Path.Combine(Path.GetTempPath(), $"sally-state-{Environment.ProcessId}");

    public static (int Exit, string Output, string Error) Run(string folder, params string[] arguments) => Run(folder, input: null, arguments);

    public static (int Exit, string Output, string Error) Run(string folder, string? input, string[] arguments)
    {
        var start = new ProcessStartInfo(Command.File, Command.First) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.TryAdd("XDG_STATE_HOME", State);
        using var process = Process.Start(start)!;
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
