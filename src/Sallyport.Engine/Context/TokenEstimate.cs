using System.Text;
using Sallyport.Engine.Models;

namespace Sallyport.Engine.Context;

/// <summary>
/// Tokens by rule of thumb, for the time between two exact counts: a token is about 3.6 bytes of UTF-8 in code and prose alike.
/// It errs on the high side.
/// </summary>
public static class TokenEstimate
{
    private const double BytesPerToken = 3.6;
    private const int Image = 1600;
    private const int Framing = 8;

    public static long Of(string text) => (long)Math.Ceiling(Encoding.UTF8.GetByteCount(text) / BytesPerToken);

    public static long Of(Message message)
    {
        long tokens = Framing;
        foreach (var part in message.Parts) tokens += Of(part);
        return tokens;
    }

    public static long Of(IReadOnlyList<Message> messages)
    {
        long tokens = 0;
        foreach (var message in messages) tokens += Of(message);
        return tokens;
    }

    public static long Of(IReadOnlyList<ToolSpec> tools)
    {
        long tokens = 0;
        foreach (var tool in tools) tokens += Framing + Of(tool.Description) + Of(tool.Schema);
        return tokens;
    }

    public static long Of(Part part) => part switch
    {
        TextPart t => Of(t.Text),
        ThinkingPart t => Of(t.Text) + (t.Signature?.Length ?? 0) / 4,
        ImagePart => Image,
        ToolCallPart c => Framing + Of(c.Arguments),
        ToolResultPart r => Framing + Of(r.Text) + (r.Images?.Count ?? 0) * Image,
        _ => Framing,
    };
}
