using System.Diagnostics;

namespace Sallyport.Tests;

/// <summary>The real program, as a process of its own.</summary>
internal static class SallyProgram
{
    private static readonly string Library = typeof(Sally).Assembly.Location;

    // What the program writes down of these runs is nobody's.
    private static readonly string State = Path.Combine(Path.GetTempPath(), $"sally-state-{Environment.ProcessId}");

    public static (int Exit, string Output, string Error) Run(string folder, params string[] arguments) => Run(folder, input: null, arguments);

    public static (int Exit, string Output, string Error) Run(string folder, string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Library);
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
