using System.Diagnostics;
using System.Net.Mime;
using System.Text;
using Sallyport.Engine.Tools;
using Sallyport.Tools.Files;

namespace Sallyport.Tools.Web;

/// <summary>Makes text of what came back, by what it is.</summary>
internal static class PageText
{
    /// <summary>The text, its title when it has one; null text is binary.</summary>
    public static async Task<(string? Text, string? Title, string Kind)> Of(Page page, ToolContext context, CancellationToken cancellation)
    {
        var type = page.Type?.MediaType?.ToLowerInvariant() ?? Guess(page.Body);
        if (type == MediaTypeNames.Application.Pdf || page.Body.AsSpan().StartsWith("%PDF-"u8)) return (await Pdf(page.Body, context, cancellation).ConfigureAwait(false), null, "application/pdf");
        var isHtml = type is "text/html" or "application/xhtml+xml";
        if (!isHtml && !IsText(type, page.Body)) return (null, null, type);
        var text = Charset(page).GetString(page.Body).TrimStart('\uFEFF');
        if (!isHtml) return (text, null, type);
        var (markdown, title) = HtmlToMarkdown.Convert(text, page.Address, cancellation);
        return (markdown, title, type);
    }

    private static string Guess(byte[] body)
    {
        var head = Encoding.Latin1.GetString(body, 0, Math.Min(body.Length, 512)).TrimStart();
        return head.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || head.StartsWith("<html", StringComparison.OrdinalIgnoreCase) ? "text/html" : "application/octet-stream";
    }

    private static bool IsText(string type, byte[] body)
    {
        if (type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("json", StringComparison.Ordinal) || type.EndsWith("xml", StringComparison.Ordinal) || type.EndsWith("yaml", StringComparison.Ordinal)
            || type is "application/javascript" or "application/x-javascript" or "application/ecmascript" or "application/toml" or "application/x-sh" or "application/x-ndjson" or "application/sql" or "application/graphql") return true;
        if (type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal) || type.StartsWith("font/", StringComparison.Ordinal)) return false;
        // Servers call much text octets: what reads as UTF-8 without control characters is text.
        var head = body.AsSpan(0, Math.Min(body.Length, 8192));
        if (head.IndexOfAnyInRange((byte)0, (byte)8) >= 0) return false;
        return System.Text.Unicode.Utf8.IsValid(head.Length < body.Length ? head[..Math.Max(0, head.Length - 4)] : head) || head.IndexOfAnyInRange((byte)0x80, (byte)0xFF) < 0;
    }

    private static Encoding Charset(Page page)
    {
        var body = page.Body.AsSpan();
        if (body.StartsWith("\uFEFF"u8)) return Encoding.UTF8;
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return Encoding.Unicode;
        if (body.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return Encoding.BigEndianUnicode;
        if (Known(page.Type?.CharSet?.Trim('"', '\'')) is { } told) return told;
        // A declaration inside, as browsers look for it.
        var head = Encoding.Latin1.GetString(body[..Math.Min(body.Length, 1024)]);
        foreach (var key in new[] { "charset=", "encoding=" })
        {
            var at = head.IndexOf(key, StringComparison.OrdinalIgnoreCase);
            if (at < 0) continue;
            var name = head[(at + key.Length)..].TrimStart('"', '\'');
            var end = name.AsSpan().IndexOfAny("\"'>; /?\r\n");
            if (end > 0 && Known(name[..end]) is { } inside) return inside is UnicodeEncoding ? Encoding.UTF8 : inside;
        }
        return Encoding.UTF8;
    }

    private static Encoding? Known(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        // The web's latin-1 is Windows'.
        if (name.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) || name.Equals("latin1", StringComparison.OrdinalIgnoreCase) || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase)) name = "windows-1252";
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static async Task<string?> Pdf(byte[] body, ToolContext context, CancellationToken cancellation)
    {
        if (PdfText.Found(context) is not { } program) return "(This is a PDF. Its text is read with pdftotext, which is not installed here; it comes with poppler-utils.)";
        var launch = new Launch(program, ["-layout", "-enc", "UTF-8", "-", "-"], context.ChildEnvironment, context.Workspace.Root);
        launch = context.Launcher?.Prepare(launch) ?? launch;
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        Process? process;
        try
        {
            process = Process.Start(start);
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or IOException)
        {
            return $"(This is a PDF, and pdftotext did not start: {problem.Message})";
        }
        if (process is null) return null;
        using (process)
        {
            try
            {
                var output = Head(process.StandardOutput, cancellation);
                var errors = process.StandardError.ReadToEndAsync(cancellation);
                try
                {
                    await process.StandardInput.BaseStream.WriteAsync(body, cancellation).ConfigureAwait(false);
                    process.StandardInput.Close();
                }
                catch (IOException)
                {
                    // It may end before it has read all; its output and exit code say what came of it.
                }
                var text = await output.ConfigureAwait(false);
                var said = await errors.ConfigureAwait(false);
                await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
                return process.ExitCode == 0 ? text : $"(This is a PDF that pdftotext cannot read: {said.Trim()})";
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    // All is read, so that the program can end; the first part is kept.
    private static async Task<string> Head(StreamReader reader, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var block = new char[16 << 10];
        while (await reader.ReadAsync(block, cancellation).ConfigureAwait(false) is var read and > 0)
            if (text.Length < PageRequest.MostBytes) text.Append(block, 0, read);
        return text.ToString();
    }
}
