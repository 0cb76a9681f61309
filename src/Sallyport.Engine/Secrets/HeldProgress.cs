using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// Output of a running tool on its way to whoever watches: whole lines only, so that a secret that comes in two pieces is seen
/// as one. What is held back comes with the next line, or with <see cref="End"/>.
/// </summary>
internal sealed class HeldProgress(SecretVault vault, Action<string> show)
{
    // A longer line is not waited for; what is shown of it ends between two words.
    private const int Longest = 16 * 1024;

    private readonly Lock gate = new();
    private string held = "";

    public void Add(string text)
    {
        lock (gate)
        {
            held += text;
            var cut = held.LastIndexOf('\n') + 1;
            // A key is one secret over many lines.
            var key = held.LastIndexOf("-----BEGIN ", StringComparison.Ordinal);
            if (key >= 0 && held.IndexOf("-----END ", key, StringComparison.Ordinal) < 0 && held.Length < 2 * Longest) cut = Math.Min(cut, held.LastIndexOf('\n', key) + 1);
            if (cut == 0 && held.Length > Longest) cut = held.LastIndexOf(' ', held.Length - 1, held.Length / 2) + 1;
            if (cut == 0 && held.Length > 2 * Longest) held = "";
            Show(cut);
        }
    }

    public void End()
    {
        lock (gate) Show(held.Length);
    }

    private void Show(int cut)
    {
        if (cut == 0) return;
        var ready = held[..cut];
        held = held[cut..];
        show(vault.Close(ready));
    }
}
