using System.ComponentModel;
using System.Diagnostics;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>The text of a PDF through poppler's <c>pdftotext</c>, when the machine has it.</summary>
internal static class PdfText
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    public static async Task<ToolResult> Read(Place place, LinePage page, ToolCall call, CancellationToken cancellation)
    {
        var context = call.Context;
        if (Found(context) is not { } program)
            return ToolResult.Fail($"{place.Shown} is a PDF of {FileSignature.Size(new FileInfo(place.Real).Length)}. Its text can be read when pdftotext (poppler-utils) is installed; it is not on the PATH.");
        var launch = new Launch(program, ["-layout", "-enc", "UTF-8", place.Real, "-"], context.ChildEnvironment, context.Workspace.Root);
        launch = context.Launcher?.Prepare(launch) ?? launch;
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;

        using var limit = new CancellationTokenSource(TimeLimit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return ToolResult.Fail($"{place.Shown} is a PDF, and pdftotext did not start: {e.Message}.");
        }
        try
        {
            process.StandardInput.Close();
            var problem = process.StandardError.ReadToEndAsync(either.Token);
            await using var ended = either.Token.Register(static p => Kill((Process)p!), process);
            await Task.Run(() => page.Read(process.StandardOutput.BaseStream, either.Token), either.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            if (process.ExitCode != 0 && page.Lines == 0) return ToolResult.Fail($"pdftotext could not read {place.Shown}: {(await problem.ConfigureAwait(false)).Trim()}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ToolResult.Fail($"pdftotext did not finish with {place.Shown} within {TimeLimit.TotalSeconds:0} seconds.");
        }
        finally
        {
            Kill(process);
        }
        context.Seen.Mark(place.Real);
        return page.Lines == 0 ? new ToolResult($"{place.Shown} is a PDF without text: scanned pages, perhaps.") : ReadTool.Shown(place, page, call.Arguments, "text of a PDF");
    }

    internal static string? Found(ToolContext context)
    {
        foreach (var folder in context.ChildEnvironment.GetValueOrDefault("PATH", "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            if (Path.Join(folder, OperatingSystem.IsWindows() ? "pdftotext.exe" : "pdftotext") is var program && File.Exists(program)) return program;
        return null;
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended by itself in between.
        }
    }
}
