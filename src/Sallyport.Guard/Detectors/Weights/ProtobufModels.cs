using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>Models written as protobuf, which has no mark: told by the shape of their first fields.</summary>
internal sealed class ProtobufModels : WeightsDetector
{
    private static readonly Rule Onnx = WeightsRule("onnx", "An ONNX model", "model.onnx, or the same under any name");
    private static readonly Rule SavedModel = WeightsRule("tensorflow", "A TensorFlow graph", "saved_model.pb");
    private static readonly Rule CoreMl = WeightsRule("coreml", "A Core ML model", "Classifier.mlmodel");
    private static readonly Rule Tokenizer = new("weights.tokenizer", Severity.Note, Blocking.Never, "A tokenizer's vocabulary", "Harmless by itself; it often travels with a model.", "tokenizer.model");

    public override IReadOnlyList<Rule> Rules => [Onnx, SavedModel, CoreMl, Tokenizer];

    protected override int HeaderBytes => 1 << 20;

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head) =>
        head[0] switch
        {
            0x08 => head[1] is > 0 and < 32 && Of(head) is not null,
            0x0A => Of(head) is not null,
            _ => false,
        };

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes) => Of(header);

    private static Model? Of(ReadOnlySpan<byte> head) => head[0] == 0x08 ? Versioned(head) : Listed(head);

    // Field 1 is a version: ONNX (2 = producer, 7 = graph), SavedModel (2 = meta graph), Core ML (2 = description).
    private static Model? Versioned(ReadOnlySpan<byte> head)
    {
        var message = new Protobuf(head);
        string? producer = null;
        Model? graph = null;
        var (hasOpset, fields) = (false, 0);
        while (message.Next() && fields++ < 64)
        {
            var isText = message.Wire == 2;
            switch (message.Field)
            {
                case 1 when message.Wire == 0:
                    continue;
                case 2 when isText && fields == 2 && !IsAscii(message.Bytes) && message.Bytes.Length > 4:
                    return IsFeatures(message.Bytes) ? new Model(CoreMl, "Core ML") : IsMetaGraph(message.Bytes) ? new Model(SavedModel, "TensorFlow SavedModel") : null;
                case 2 or 3 or 4 or 6 when isText && (message.IsCut || IsAscii(message.Bytes) || message.Field == 6):
                    if (message.Field == 2) producer = Model.CleanName(message.Bytes);
                    continue;
                case 5 when message.Wire == 0:
                    continue;
                case 7 when isText:
                    graph = Graph(message.Bytes);
                    if (graph is null) return null;
                    continue;
                case 8 when isText:
                    hasOpset = true;
                    continue;
                case 14 or 20 or 25 when isText:
                    continue;
                default:
                    return null;
            }
        }
        if (graph is null || message.IsBroken) return null;
        return producer is not null || hasOpset || graph.Name is not null ? graph with { Name = producer } : null;
    }

    // GraphProto: 1 = node, 2 = name, 5 = initializer, 11 and 12 = inputs and outputs.
    private static Model? Graph(ReadOnlySpan<byte> bytes)
    {
        var graph = new Protobuf(bytes);
        var (nodes, tensors, parameters) = (0L, 0L, 0L);
        while (graph.Next())
        {
            if (graph.Wire != 2 || graph.Field is not (1 or 2 or 5 or 10 or 11 or 12 or 13 or 14 or 15 or 16)) return null;
            if (graph.Field == 1)
            {
                if (nodes++ == 0 && !IsNode(graph.Bytes, graph.IsCut)) return null;
            }
            else if (graph.Field == 5)
            {
                tensors++;
                parameters = Math.Min(parameters + Elements(graph.Bytes), 1L << 60);
            }
        }
        if (graph.IsBroken || nodes + tensors == 0) return null;
        var isWhole = !graph.IsCut;
        return new Model(Onnx, "ONNX") { Tensors = isWhole ? tensors : null, Parameters = isWhole ? parameters : null, Name = nodes > 0 ? "graph" : null };
    }

    // NodeProto: 1 = inputs, 2 = outputs, 3 = name, 4 = operator.
    private static bool IsNode(ReadOnlySpan<byte> bytes, bool cut)
    {
        var node = new Protobuf(bytes);
        while (node.Next())
        {
            if (node.Wire != 2 || node.Field is 0 or > 10) return false;
            if (node.Field == 4) return node.Bytes.Length > 0 && IsAscii(node.Bytes);
        }
        return cut && !node.IsBroken;
    }

    private static long Elements(ReadOnlySpan<byte> tensor)
    {
        var fields = new Protobuf(tensor);
        Int128 product = 1;
        while (fields.Next() && fields.Field == 1)
        {
            if (fields.Wire == 0) product = Int128.Min(product * fields.Value, 1L << 60);
            else
            {
                foreach (var value in fields.Bytes) product = value < 0x80 ? Int128.Min(product * value, 1L << 60) : product;
            }
        }
        return (long)product;
    }

    private static Model? Listed(ReadOnlySpan<byte> head)
    {
        var message = new Protobuf(head);
        if (!message.Next() || message.Field != 1 || message.Wire != 2 || message.IsCut) return null;
        var first = message.Bytes;
        var fields = new Protobuf(first);
        if (!fields.Next() || fields.Field != 1 || fields.Wire != 2 || fields.IsCut || !IsAscii(fields.Bytes)) return null;
        var name = fields.Bytes;
        // SentencePiece: pieces of (text, score); the unknown one comes first.
        if (name.StartsWith("<"u8) && name.EndsWith(">"u8) && fields.Next() && fields.Field == 2 && fields.Wire == 5) return new Model(Tokenizer, "SentencePiece");
        // GraphDef: nodes of (name, operator).
        if (!fields.Next() || fields.Field != 2 || fields.Wire != 2 || fields.IsCut) return null;
        return fields.Bytes is var op && (op.SequenceEqual("Placeholder"u8) || op.SequenceEqual("Const"u8) || op.SequenceEqual("VarHandleOp"u8) || op.SequenceEqual("NoOp"u8) || op.SequenceEqual("VariableV2"u8)) ? new Model(SavedModel, "TensorFlow graph") : null;
    }

    // ModelDescription: 1 = inputs, each (1 = name, 2 = text, 3 = type).
    private static bool IsFeatures(ReadOnlySpan<byte> bytes)
    {
        var description = new Protobuf(bytes);
        if (!description.Next() || description.Field != 1 || description.Wire != 2) return false;
        var feature = new Protobuf(description.Bytes);
        if (!feature.Next() || feature.Field != 1 || feature.Wire != 2 || feature.Bytes.IsEmpty || !IsAscii(feature.Bytes)) return false;
        return feature.Next() && feature.Wire == 2 && feature.Field is 2 or 3;
    }

    // MetaGraphDef: 1 = info (which lists operators), 2 = graph.
    private static bool IsMetaGraph(ReadOnlySpan<byte> bytes)
    {
        var graph = new Protobuf(bytes);
        return graph.Next() && graph.Field is 1 or 2 && graph.Wire == 2
            && (bytes.IndexOf("tensorflow"u8) >= 0 || bytes.IndexOf("serve"u8) >= 0 || bytes.IndexOf("Placeholder"u8) >= 0 || bytes.IndexOf("VarHandleOp"u8) >= 0 || bytes.IndexOf("Const"u8) >= 0 || bytes.IndexOf("NoOp"u8) >= 0);
    }

    private static bool IsAscii(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0;

    public override IEnumerable<Sample> Samples
    {
        get
        {
            byte[] node = [.. Text(1, "x"), .. Text(2, "y"), .. Text(4, "Relu")];
            byte[] tensor = [0x08, 4, 0x08, 2, 0x10, 1, .. Text(8, "w")];
            byte[] graph = [.. Field(1, node), .. Text(2, "g"), .. Field(5, tensor)];
            yield return Sample.Hit(Onnx.Id, "model.dat", [0x08, 9, .. Text(2, "pytorch"), .. Field(7, graph), .. Field(8, [0x10, 17])]);
            yield return Sample.Hit(SavedModel.Id, "saved_model.pb", [0x08, 1, .. Field(2, Field(1, [.. Text(4, "serve"), .. Text(5, "2.15.0"), .. Field(2, [0x0A, 0])]))]);
            yield return Sample.Hit(SavedModel.Id, "frozen.bin", [.. Field(1, [.. Text(1, "input"), .. Text(2, "Placeholder")])]);
            yield return Sample.Hit(CoreMl.Id, "x.bin", [0x08, 4, .. Field(2, Field(1, [.. Text(1, "image"), .. Field(3, [0x22, 0])]))]);
            yield return Sample.Hit(Tokenizer.Id, "tokenizer.model", [.. Field(1, [.. Text(1, "<unk>"), 0x15, 0, 0, 0, 0, 0x18, 2])]);
            yield return Sample.Miss("a.pb", [0x08, 1, .. Text(2, "a name"), .. Text(3, "a value"), 0x20, 5]);
            yield return Sample.Miss("a.txt", "\n\u0005hello a text that begins with an empty line\n");
        }
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.ASCII.GetBytes(text));

    private static byte[] Field(int field, byte[] bytes) => [(byte)(field << 3 | 2), (byte)bytes.Length, .. bytes];
}
