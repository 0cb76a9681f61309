using System.Runtime.CompilerServices;
using System.Text;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// A provider whose answers have placeholders for secrets before anybody else sees them: for a recording, which keeps every piece.
/// Arguments of a call come whole. Reasoning that was changed is no longer signed.
/// </summary>
public sealed class ClosedProvider(Provider inner, SecretVault vault) : Provider
{
    public override string Name => inner.Name;

    public override Destination Destination => inner.Destination;

    public override Task<long?> CountTokens(Cleared<ModelRequest> request, CancellationToken cancellation) => inner.CountTokens(request, cancellation);

    public override async IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ready = new Queue<ModelDelta>();
        var (text, thinking) = (new HeldText(vault, words => ready.Enqueue(new TextDelta(words))), new HeldText(vault, words => ready.Enqueue(new ThinkingDelta(words))));
        var thoughts = new StringBuilder();
        var arguments = new SortedDictionary<int, StringBuilder>();
        await foreach (var delta in inner.Stream(request, cancellation).ConfigureAwait(false))
        {
            switch (delta)
            {
                case TextDelta said:
                    text.Add(said.Text);
                    break;
                case ThinkingDelta thought:
                    text.End();
                    thoughts.Append(thought.Text);
                    thinking.Add(thought.Text);
                    break;
                case CallArguments more:
                    if (!arguments.TryGetValue(more.Index, out var all)) arguments[more.Index] = all = new StringBuilder();
                    all.Append(more.Fragment);
                    break;
                default:
                    text.End();
                    thinking.End();
                    if (delta is ModelFinish)
                        foreach (var (index, whole) in arguments) ready.Enqueue(new CallArguments(index, vault.CloseJson(whole.ToString())));
                    var isChanged = delta is ThinkingEnd { Signature: not null, Redacted: false } && vault.Close(thoughts.ToString()) != thoughts.ToString();
                    if (delta is ThinkingEnd) thoughts.Clear();
                    ready.Enqueue(isChanged ? ((ThinkingEnd)delta) with { Signature = null } : delta);
                    break;
            }
            while (ready.TryDequeue(out var closed)) yield return closed;
        }
    }
}
