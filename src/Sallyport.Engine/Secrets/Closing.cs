using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Secrets;

/// <summary>Puts placeholders into everything that the engine keeps or sends. What has no secrets comes back as the very object.</summary>
public static class Closing
{
    private const string LeftOut = "[A picture was left out here: it holds a secret, or is no whole PNG, JPEG, GIF or WebP file.]";
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A message as it may be kept and sent.</summary>
    public static Message Close(this SecretVault vault, Message message)
    {
        Part[]? parts = null;
        for (var i = 0; i < message.Parts.Count; i++)
        {
            var closed = vault.Close(message.Parts[i]);
            if (!ReferenceEquals(closed, message.Parts[i])) (parts ??= [.. message.Parts])[i] = closed;
        }
        return parts is null ? message : message with { Parts = parts };
    }

    internal static ModelRequest Close(this SecretVault vault, ModelRequest request)
    {
        var (system, schema) = (vault.Close(request.System), request.OutputSchema is null ? null : vault.CloseJson(request.OutputSchema));
        var tools = Each(request.Tools, t =>
        {
            var (description, arguments) = (vault.Close(t.Description), vault.CloseJson(t.Schema));
            return ReferenceEquals(description, t.Description) && ReferenceEquals(arguments, t.Schema) ? t : t with { Description = description, Schema = arguments };
        });
        var messages = Each(request.Messages, vault.Close);
        return ReferenceEquals(system, request.System) && ReferenceEquals(schema, request.OutputSchema) && ReferenceEquals(tools, request.Tools) && ReferenceEquals(messages, request.Messages)
            ? request : request with { System = system, OutputSchema = schema, Tools = tools, Messages = messages };
    }

    /// <summary>A text and the pictures that come with it; the text tells of those that were left out.</summary>
    internal static (string Text, IReadOnlyList<ImagePart>? Images) Close(this SecretVault vault, string text, IReadOnlyList<ImagePart>? images)
    {
        var (said, seen) = (vault.Close(text), vault.Close(images));
        return (seen?.Count < images?.Count ? $"{said}\n{LeftOut}" : said, seen);
    }

    private static IReadOnlyList<ImagePart>? Close(this SecretVault vault, IReadOnlyList<ImagePart>? images)
    {
        if (images is null) return null;
        List<ImagePart>? changed = null;
        for (var i = 0; i < images.Count; i++)
        {
            var closed = vault.ClosePicture(images[i].Data);
            if (ReferenceEquals(closed, images[i].Data))
            {
                changed?.Add(images[i]);
                continue;
            }
            changed ??= [.. images.Take(i)];
            if (closed is not null) changed.Add(images[i] with { Data = closed });
        }
        return changed ?? images;
    }

    internal static Display? Close(this SecretVault vault, Display? display) => display switch
    {
        DiffDisplay diff => diff with { Files = [.. diff.Files.Select(f => f with { Path = vault.Close(f.Path), Patch = vault.Close(f.Patch) })] },
        TodoDisplay todo => todo with { Items = [.. todo.Items.Select(i => i with { Text = vault.Close(i.Text) })] },
        _ => display,
    };

    /// <summary>Arguments as the model wrote them: each string is closed by itself, so that what is put back later needs no escapes.</summary>
    internal static string CloseJson(this SecretVault vault, string json)
    {
        var rough = vault.Close(json);
        if (ReferenceEquals(rough, json)) return json;
        try
        {
            using var document = JsonDocument.Parse(json);
            var fine = Text(document.RootElement, vault.Close);
            return ReferenceEquals(vault.Close(fine), fine) ? fine : rough;
        }
        catch (JsonException)
        {
            return rough;
        }
    }

    /// <summary>Arguments with the values of their placeholders; the same when they have none.</summary>
    internal static JsonElement Open(this SecretVault vault, JsonElement arguments)
    {
        if (!Any(arguments, text => vault.PlaceholdersIn(text).Count > 0)) return arguments;
        using var document = JsonDocument.Parse(Text(arguments, vault.Open));
        return document.RootElement.Clone();
    }

    /// <summary>The placeholders in arguments that stand for a value.</summary>
    internal static IReadOnlyList<string> PlaceholdersIn(this SecretVault vault, JsonElement arguments)
    {
        List<string>? found = null;
        Any(arguments, text =>
        {
            if (vault.PlaceholdersIn(text) is { Count: > 0 } some) (found ??= []).AddRange(some);
            return false;
        });
        return found ?? [];
    }

    private static Part Close(this SecretVault vault, Part part)
    {
        switch (part)
        {
            case TextPart text:
                var words = vault.Close(text.Text);
                return ReferenceEquals(words, text.Text) ? text : new TextPart(words);
            // Signed reasoning is the provider's own, made of what it was sent; changed, it would not be taken back.
            case ThinkingPart { Signature: null } thinking:
                var thoughts = vault.Close(thinking.Text);
                return ReferenceEquals(thoughts, thinking.Text) ? thinking : thinking with { Text = thoughts };
            case ToolCallPart call:
                var arguments = vault.CloseJson(call.Arguments);
                return ReferenceEquals(arguments, call.Arguments) ? call : call with { Arguments = arguments };
            case ToolResultPart result:
                var (said, images) = vault.Close(result.Text, result.Images);
                return ReferenceEquals(said, result.Text) && ReferenceEquals(images, result.Images) ? result : result with { Text = said, Images = images };
            case ImagePart image:
                var data = vault.ClosePicture(image.Data);
                return ReferenceEquals(data, image.Data) ? image : data is null ? new TextPart(LeftOut) : image with { Data = data };
            default:
                return part;
        }
    }

    private static IReadOnlyList<T> Each<T>(IReadOnlyList<T> all, Func<T, T> change) where T : class
    {
        T[]? changed = null;
        for (var i = 0; i < all.Count; i++)
        {
            var one = change(all[i]);
            if (!ReferenceEquals(one, all[i])) (changed ??= [.. all])[i] = one;
        }
        return changed ?? all;
    }

    private static bool Any(JsonElement value, Func<string, bool> test) => value.ValueKind switch
    {
        JsonValueKind.String => test(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Any(item => Any(item, test)),
        JsonValueKind.Object => value.EnumerateObject().Any(member => Any(member.Value, test)),
        _ => false,
    };

    private static string Text(JsonElement value, Func<string, string> change)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain)) JsonStrings.Write(value, writer, change);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
