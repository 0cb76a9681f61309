namespace Sallyport.Guard.Tests.Fuzz;

/// <summary>Ways to damage a file, a few at a time.</summary>
internal static class Mutation
{
    private static readonly long[] Numbers = [0, 1, -1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, long.MaxValue, long.MinValue];

    public static byte[] Of(byte[] seed, byte[] other, Random random)
    {
        var bytes = seed.ToArray();
        for (var i = random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
        {
            var at = Place(bytes.Length, random);
            switch (random.Next(8))
            {
                case 0 or 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    var number = BitConverter.GetBytes(Numbers[random.Next(Numbers.Length)]);
                    if (random.Next(2) == 0) Array.Reverse(number);
                    number.AsSpan(0, Math.Min(1 << random.Next(4), bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                    break;
                case 4:
                    bytes = bytes[..at];
                    break;
                case 5:
                    bytes = [.. bytes[..at], .. bytes[Place(bytes.Length, random)..]];
                    break;
                case 6:
                    bytes = [.. bytes[..at], .. other[..Math.Min(other.Length, random.Next(2000))], .. bytes[at..]];
                    break;
                default:
                    // Text fields: a digit more or less.
                    var digit = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
                    if (digit >= 0) bytes[at + digit] = (byte)('0' + random.Next(10));
                    break;
            }
        }
        return bytes;
    }

    // Headers stand at the front and at the end.
    private static int Place(int length, Random random) => random.Next(3) switch
    {
        0 => random.Next(Math.Min(length, 64)),
        1 => length - 1 - random.Next(Math.Min(length, 128)),
        _ => random.Next(length),
    };
}
