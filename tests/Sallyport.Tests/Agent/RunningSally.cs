using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sallyport.Tests.Agent;

/// <summary>The real program while it runs.</summary>
internal sealed class RunningSally : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task<string> error;
    private readonly Task<long> watch;

    public RunningSally(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        watch = Task.Run(Watch);
    }

    /// <summary>Whether there is an <c>env</c> that can give Ctrl-C its meaning back.</summary>
    private static readonly Lazy<bool> HeedsCtrlC = new(() =>
    {
        if (OperatingSystem.IsWindows()) return false;
        using var probe = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "true"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        return probe.ExitCode == 0;
    });

    public static ProcessStartInfo Program(string folder, params string[] arguments)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        // A shell that runs the tests in the background makes its children ignore Ctrl-C; a person's terminal does not.
        var (program, first) = SallyProgram.Command;
        var start = new ProcessStartInfo(HeedsCtrlC.Value ? "env" : program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = utf8, StandardOutputEncoding = utf8, StandardErrorEncoding = utf8,
        };
        if (HeedsCtrlC.Value)
        {
            start.ArgumentList.Add("--default-signal=INT");
            start.ArgumentList.Add(program);
        }
        foreach (var argument in (string[])[.. first, .. arguments]) start.ArgumentList.Add(argument);
        return start;
    }

    public async Task Send(string text)
    {
        try
        {
            await process.StandardInput.WriteAsync(text);
        }
        catch (IOException)
        {
            // It has ended, or reads no more; what it says is what the test looks at.
        }
    }

    public Task SendLine(string json) => Send(json + "\n");

    public void EndInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>The next event of this type; the ones before it are passed over.</summary>
    public async Task<JsonElement> Next(string type)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            output.Append(line).Append('\n');
            var one = JsonDocument.Parse(line).RootElement;
            if (one.GetProperty("type").GetString() == type) return one;
        }
        throw new InvalidOperationException($"it ended without an event {type}: {output}\n{await error}");
    }

    /// <summary>As Ctrl+C does.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(process.Id, 2));

    /// <summary>As a terminal does that is closed.</summary>
    public void HangUp() => Assert.Equal(0, Kill(process.Id, 1));

    /// <summary>As nothing can prevent.</summary>
    public void Die() => Assert.Equal(0, Kill(process.Id, 9));

    public async Task<RanSally> Ended()
    {
        output.Append(await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new RanSally(process.ExitCode, output.ToString(), await error, await watch);
    }

    public ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    // The kernel keeps the highest mark; the last look before the end has it.
    private async Task<long> Watch()
    {
        var peak = 0L;
        try
        {
            while (!process.HasExited)
            {
                foreach (var line in await File.ReadAllLinesAsync($"/proc/{process.Id}/status", CancellationToken.None))
                    if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) peak = Math.Max(peak, long.Parse(line[6..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024);
                await Task.Delay(20, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or NotSupportedException)
        {
        }
        return peak;
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
