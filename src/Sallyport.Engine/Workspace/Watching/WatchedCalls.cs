using System.Runtime.InteropServices;

namespace Sallyport.Engine.Watching;

/// <summary>What a call is about to do.</summary>
internal enum TouchKind { Open, OpenWith, Create, Empty, Remove, Move, Make, MakeFolder, Mode, ModeOfHandle }

/// <summary>A call of the kernel that may change files, and where among its arguments the paths are.</summary>
/// <param name="Number">Of the call, on this machine.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Folder">Which argument holds the folder that the path starts from; -1 for the working folder.</param>
/// <param name="Path">Which one points to the path.</param>
/// <param name="Flags">Which one holds the flags of an open, or points to them; -1 for none.</param>
/// <param name="NewFolder">As Folder, of where a move goes.</param>
/// <param name="NewPath">As Path, of where a move goes; -1 for none.</param>
internal readonly record struct WatchedCall(int Number, TouchKind Kind, int Folder, int Path, int Flags = -1, int NewFolder = -1, int NewPath = -1);

/// <summary>
/// The calls by which files come, change and go, and the filter that stops a program at each of them until we have looked. All
/// others pass, and so does an open that only reads.
/// </summary>
internal static class WatchedCalls
{
    // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC: the same on both machines.
    public const uint Writing = 1 | 2 | Creates | 0x200;
    public const uint Creates = 0x40, Exclusive = 0x80;

    /// <summary>Among a move's flags: what is there goes where the other came from.</summary>
    public const uint Exchanges = 2;

    private const int RingSetup = 425;
    private const ushort Load = 0x20, JumpEqual = 0x15, JumpSet = 0x45, Return = 0x06;
    private const uint Allow = 0x7fff0000, Notify = 0x7fc00000, NoSuchCall = 0x00050000 | 38;
    private const int NumberAt = 0, MachineAt = 4, FirstArgument = 16;

    private static readonly WatchedCall[] X64 =
    [
        new(257, TouchKind.Open, 0, 1, 2), new(2, TouchKind.Open, -1, 0, 1), new(437, TouchKind.OpenWith, 0, 1, 2), new(85, TouchKind.Create, -1, 0), new(76, TouchKind.Empty, -1, 0),
        new(87, TouchKind.Remove, -1, 0), new(263, TouchKind.Remove, 0, 1), new(84, TouchKind.Remove, -1, 0),
        new(82, TouchKind.Move, -1, 0, -1, -1, 1), new(264, TouchKind.Move, 0, 1, -1, 2, 3), new(316, TouchKind.Move, 0, 1, 4, 2, 3),
        new(86, TouchKind.Make, -1, 1), new(265, TouchKind.Make, 2, 3), new(88, TouchKind.Make, -1, 1), new(266, TouchKind.Make, 1, 2),
        new(133, TouchKind.Make, -1, 0), new(259, TouchKind.Make, 0, 1), new(83, TouchKind.MakeFolder, -1, 0), new(258, TouchKind.MakeFolder, 0, 1),
        new(90, TouchKind.Mode, -1, 0), new(268, TouchKind.Mode, 0, 1), new(452, TouchKind.Mode, 0, 1), new(91, TouchKind.ModeOfHandle, 0, -1),
    ];

    private static readonly WatchedCall[] Arm64 =
    [
        new(56, TouchKind.Open, 0, 1, 2), new(437, TouchKind.OpenWith, 0, 1, 2), new(45, TouchKind.Empty, -1, 0), new(35, TouchKind.Remove, 0, 1),
        new(38, TouchKind.Move, 0, 1, -1, 2, 3), new(276, TouchKind.Move, 0, 1, 4, 2, 3), new(37, TouchKind.Make, 2, 3), new(36, TouchKind.Make, 1, 2),
        new(33, TouchKind.Make, 0, 1), new(34, TouchKind.MakeFolder, 0, 1), new(53, TouchKind.Mode, 0, 1), new(452, TouchKind.Mode, 0, 1), new(52, TouchKind.ModeOfHandle, 0, -1),
    ];

    private static WatchedCall[] Here => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;

    public static WatchedCall? Find(int number)
    {
        foreach (ref readonly var call in Here.AsSpan()) if (call.Number == number) return call;
        return null;
    }

    /// <summary>The filter, for this machine's calls. io_uring is not there for who is watched: it opens files without a call.</summary>
    public static byte[] Filter()
    {
        var calls = Here;
        var machine = calls == Arm64 ? 0xc00000b7 : 0xc000003e;
        var program = new List<(ushort Code, byte True, byte False, uint Value)> { (Load, 0, 0, MachineAt), (JumpEqual, 1, 0, machine), (Return, 0, 0, Allow), (Load, 0, 0, NumberAt) };
        foreach (var call in calls)
        {
            if (call.Kind != TouchKind.Open)
            {
                program.Add((JumpEqual, 0, 1, (uint)call.Number));
                program.Add((Return, 0, 0, Notify));
                continue;
            }
            program.Add((JumpEqual, 0, 4, (uint)call.Number));
            program.Add((Load, 0, 0, (uint)(FirstArgument + (8 * call.Flags))));
            program.Add((JumpSet, 0, 1, Writing));
            program.Add((Return, 0, 0, Notify));
            program.Add((Return, 0, 0, Allow));
        }
        program.Add((JumpEqual, 0, 1, RingSetup));
        program.Add((Return, 0, 0, NoSuchCall));
        program.Add((Return, 0, 0, Allow));
        return Sandboxing.SeccompFilter.Bytes(program);
    }
}
