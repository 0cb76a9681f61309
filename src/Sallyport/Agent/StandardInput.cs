using System.Text;

namespace Sallyport.Agent;

/// <summary>Text that was piped in. A pipe that nobody writes to must not make a run hang without a word.</summary>
internal static class StandardInput
{
    private const int Limit = 10 << 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>All of it; null when there is none.</summary>
    /// <param name="isAwaited">It was asked for, so it is waited for however long it takes.</param>
    public static async Task<string?> Read(bool isAwaited, CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected) return isAwaited ? throw new UsageException("\"-\" reads standard input, which is a terminal: pipe the prompt in, or write it after -p") : null;
        var input = Console.OpenStandardInput();
        var buffer = new byte[1 << 16];
        var text = new MemoryStream();
        // A read of a pipe cannot be taken back; it is left behind when nothing comes.
        var first = Task.Run(() => input.Read(buffer), cancellation);
        if (!isAwaited && await Task.WhenAny(first, Task.Delay(Grace, cancellation)).ConfigureAwait(false) != first)
        {
            cancellation.ThrowIfCancellationRequested();
            await Console.Error.WriteLineAsync("sally: nothing came on standard input; going on without it (\"-\" waits for it)").ConfigureAwait(false);
            return null;
        }
        for (var read = await first.WaitAsync(cancellation).ConfigureAwait(false); read > 0; read = await input.ReadAsync(buffer, cancellation).ConfigureAwait(false))
        {
            text.Write(buffer, 0, read);
            if (text.Length > Limit) throw new UsageException("standard input is larger than 10 MiB: put it in a file and name that in the prompt");
        }
        text.Position = 0;
        // UTF-8, unless a mark at the beginning says that it is UTF-16, as some shells pipe.
        using var reader = new StreamReader(text, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var whole = (await reader.ReadToEndAsync(cancellation).ConfigureAwait(false)).Trim('\uFEFF');
        return string.IsNullOrWhiteSpace(whole) ? null : whole;
    }
}
