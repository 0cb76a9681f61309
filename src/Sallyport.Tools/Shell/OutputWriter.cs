using Microsoft.Win32.SafeHandles;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Tools.Shell;

/// <summary>
/// Writes output to its file with placeholders for its secrets. Where much comes, several pieces are looked at side by side, and whoever adds
/// helps when too many wait. They are written in their order, and what is not clean is closed in its turn: the file is the same as if one
/// piece had gone after the other. One owner adds and waits.
/// </summary>
internal sealed class OutputWriter(SafeFileHandle file, SecretVault? vault) : IDisposable
{
    public const int PieceSize = 64 * 1024;

    /// <summary>Plenty for all layers that a decoder goes down, of whoever looks at output.</summary>
    public const int StackSize = 1 << 20;

    private static readonly int MostHelpers = Math.Clamp(Environment.ProcessorCount - 1, 0, 3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // A ring; its lock is that of everything below.
    private readonly Piece?[] pieces = new Piece?[2 * MostHelpers + 2];
    private long added, taken, written, position;
    private int helpers;
    private bool isWriting, isEnded;
    private volatile bool hasFailed;

    /// <summary>A stretch of output on its way.</summary>
    private sealed class Piece
    {
        public readonly byte[] Bytes = new byte[PieceSize];
        public int Length;

        /// <summary>How many values were known when it was looked at.</summary>
        public int Known;

        public bool IsLookedAt, IsClean;
    }

    /// <summary>Bytes of the output that are in the file, and their placeholders. For good after <see cref="Finish"/>.</summary>
    public long Stored { get; private set; }

    /// <summary>No more can be written: the disk is full, or a piece could not be looked at to its end.</summary>
    public bool HasFailed => hasFailed;

    /// <param name="output">Up to <see cref="PieceSize"/>.</param>
    public void Add(ReadOnlySpan<byte> output)
    {
        while (added - Volatile.Read(ref written) == pieces.Length) Step(isHelper: false);
        var piece = pieces[added % pieces.Length] ??= new Piece();
        output.CopyTo(piece.Bytes);
        (piece.Length, piece.IsLookedAt) = (output.Length, false);
        lock (pieces)
        {
            added++;
            Monitor.Pulse(pieces);
            if (added - taken < 2 || helpers == MostHelpers) return;
            helpers++;
        }
        new Thread(Help, StackSize) { IsBackground = true, Name = "write output" }.Start();
    }

    /// <summary>Waits until all that was added is written.</summary>
    public void Finish()
    {
        while (Volatile.Read(ref written) < added) Step(isHelper: false);
    }

    public void Dispose()
    {
        Finish();
        lock (pieces)
        {
            isEnded = true;
            Monitor.PulseAll(pieces);
        }
        file.Dispose();
    }

    private void Help()
    {
        while (Step(isHelper: true)) { }
    }

    /// <summary>Looks at a piece, or writes one, or waits for a change. False when a helper is needed no more.</summary>
    private bool Step(bool isHelper)
    {
        Piece piece;
        bool writes;
        lock (pieces)
        {
            writes = !isWriting && written < taken && Next(written).IsLookedAt;
            if (!writes && taken == added)
            {
                if (!isEnded && (Monitor.Wait(pieces, Idle) || !isHelper)) return true;
                helpers--;
                return false;
            }
            piece = writes ? Next(written) : Next(taken++);
            isWriting |= writes;
        }
        if (writes) Write(piece);
        else Look(piece);
        lock (pieces)
        {
            if (writes) (isWriting, written) = (false, written + 1);
            else piece.IsLookedAt = true;
            Monitor.PulseAll(pieces);
        }
        return true;
    }

    private Piece Next(long number) => pieces[number % pieces.Length]!;

    private void Look(Piece piece)
    {
        if (vault is null || hasFailed) return;
        piece.Known = vault.Count;
        try
        {
            piece.IsClean = vault.IsClean(piece.Bytes.AsMemory(0, piece.Length));
        }
        catch (GuardException)
        {
            // It is told when its turn comes.
            piece.IsClean = false;
        }
    }

    private void Write(Piece piece)
    {
        if (hasFailed) return;
        try
        {
            ReadOnlyMemory<byte> output = piece.Bytes.AsMemory(0, piece.Length);
            // What a piece before it taught may stand in it.
            if (vault is not null && !(piece.IsClean && piece.Known == vault.Count) && vault.Close(output) is { } closed) output = closed;
            RandomAccess.Write(file, output.Span, position);
            position += output.Length;
            Stored += piece.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or GuardException)
        {
            hasFailed = true;
        }
    }
}
