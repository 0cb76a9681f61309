namespace Sallyport.Guard.Detectors.Weights;

/// <summary>
/// Reads fields of a protobuf message that may be cut off. Every step moves forward; a length that leads past the end
/// gives what is there and says so.
/// </summary>
internal ref struct Protobuf(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    public int Field { get; private set; }

    public int Wire { get; private set; }

    /// <summary>Value of a varint field.</summary>
    public ulong Value { get; private set; }

    /// <summary>Bytes of a length-delimited field, as far as they are there.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>True when the field's bytes lead past the end; it is the last one then.</summary>
    public bool IsCut { get; private set; }

    /// <summary>True when something that is no field was met.</summary>
    public bool IsBroken { get; private set; }

    public bool Next()
    {
        Bytes = default;
        if (IsCut || IsBroken || rest.IsEmpty) return false;
        if (!Varint(out var tag)) return Break();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Wire = (int)(tag & 7);
        if (Field == 0 || tag > uint.MaxValue) return Break();
        ulong size;
        switch (Wire)
        {
            case 0:
                if (!Varint(out var value)) return Break();
                Value = value;
                return true;
            case 1:
                size = 8;
                break;
            case 2:
                if (!Varint(out size)) return Break();
                break;
            case 5:
                size = 4;
                break;
            default:
                return Break();
        }
        IsCut = size > (ulong)rest.Length;
        var count = IsCut ? rest.Length : (int)size;
        Bytes = rest[..count];
        rest = rest[count..];
        return true;
    }

    private bool Break()
    {
        IsBroken = !rest.IsEmpty;
        return false;
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if ((rest[i] & 0x80) != 0) continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
