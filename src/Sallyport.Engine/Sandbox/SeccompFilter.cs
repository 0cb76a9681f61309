using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The kernel calls that a confined program is refused, as a BPF program for seccomp: those that would lead out of the
/// confinement (mounts, namespaces, other processes' memory, keyrings, kernel modules, io_uring) and sockets of families that no
/// network namespace holds. Refused means "operation not permitted"; nothing is killed.
/// </summary>
internal static class SeccompFilter
{
    private const ushort Load = 0x20, JumpEqual = 0x15, JumpAtLeast = 0x35, JumpSet = 0x45, Return = 0x06;
    private const uint Allow = 0x7fff0000, Refuse = 0x00050000 | 1, NoSuchCall = 0x00050000 | 38, NotThisFamily = 0x00050000 | 97;
    private const uint NewNamespaces = 0x7e020080;
    private const uint PushInput = 0x5412, SelectConsole = 0x541c;
    private const int Number = 0, Machine = 4, FirstArgument = 16, SecondArgument = 24;

    private sealed record Calls(uint Machine, uint Fork, uint Fork3, uint Unshare, uint Ioctl, uint Socket, uint[] Refused);

    // open_tree … fspick, mount_setattr, io_uring_*, pidfd_getfd, quotactl_fd: the same on every machine.
    private static readonly uint[] Common = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442, 443];

    private static readonly Calls X64 = new(0xc000003e, 56, 435, 272, 16, 41,
    [
        101, 250, 248, 249, 321, 298, 323, // ptrace, keyctl, add_key, request_key, bpf, perf_event_open, userfaultfd
        165, 166, 155, 161, 308, 304, 303, // mount, umount2, pivot_root, chroot, setns, open_by_handle_at, name_to_handle_at
        310, 311, 312, 300, // process_vm_readv, process_vm_writev, kcmp, fanotify_init
        175, 313, 176, 246, 320, 169, 167, 168, 163, 179, 103, // modules, kexec, reboot, swap, acct, quotactl, syslog
        172, 173, 164, 227, 159, 305, 153, 134, 180, 212, // iopl, ioperm, clocks, vhangup, uselib, nfsservctl, lookup_dcookie
    ]);

    private static readonly Calls Arm64 = new(0xc00000b7, 220, 435, 97, 29, 198,
    [
        117, 219, 217, 218, 280, 241, 282,
        40, 39, 41, 51, 268, 265, 264,
        270, 271, 272, 262,
        105, 273, 106, 104, 294, 142, 224, 225, 89, 60, 116,
        170, 112, 171, 266, 58, 42, 18,
    ]);

    /// <summary>Whether this machine's calls are known.</summary>
    public static bool Known => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <param name="internet">Whether internet sockets may be opened: where the network is a namespace's own. Sockets in the file system always may.</param>
    public static byte[] Build(bool internet)
    {
        var calls = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? Arm64 : X64;
        var program = new List<(ushort Code, byte True, byte False, uint Value)>
        {
            (Load, 0, 0, Machine),
            (JumpEqual, 1, 0, calls.Machine),
            (Return, 0, 0, Refuse),
            (Load, 0, 0, Number),
        };
        if (calls == X64)
        {
            // The 32-bit pointer form of every call, whose numbers would slip through.
            program.Add((JumpAtLeast, 0, 1, 0x40000000));
            program.Add((Return, 0, 0, NoSuchCall));
        }
        foreach (var refused in calls.Refused) Refused(refused, Refuse);
        foreach (var refused in Common) Refused(refused, Refuse);
        // Its flags are out of a filter's sight; libraries fall back to the older call.
        Refused(calls.Fork3, NoSuchCall);
        Flags(calls.Fork, FirstArgument, NewNamespaces & ~0xffu);
        Flags(calls.Unshare, FirstArgument, NewNamespaces);
        program.Add((JumpEqual, 0, 5, calls.Ioctl));
        program.Add((Load, 0, 0, SecondArgument));
        program.Add((JumpEqual, 1, 0, PushInput));
        program.Add((JumpEqual, 0, 1, SelectConsole));
        program.Add((Return, 0, 0, Refuse));
        program.Add((Return, 0, 0, Allow));
        uint[] families = internet ? [1, 2, 10, 16] : [1];
        program.Add((JumpEqual, 0, (byte)(families.Length + 2), calls.Socket));
        program.Add((Load, 0, 0, FirstArgument));
        for (var i = 0; i < families.Length; i++) program.Add((JumpEqual, (byte)(families.Length - i), 0, families[i]));
        program.Add((Return, 0, 0, internet ? NotThisFamily : Refuse));
        program.Add((Return, 0, 0, Allow));

        return Bytes(program);

        void Refused(uint number, uint answer)
        {
            program.Add((JumpEqual, 0, 1, number));
            program.Add((Return, 0, 0, answer));
        }

        void Flags(uint number, uint argument, uint flags)
        {
            program.Add((JumpEqual, 0, 4, number));
            program.Add((Load, 0, 0, argument));
            program.Add((JumpSet, 0, 1, flags));
            program.Add((Return, 0, 0, Refuse));
            program.Add((Return, 0, 0, Allow));
        }
    }

    /// <summary>A BPF program as the kernel takes it.</summary>
    public static byte[] Bytes(List<(ushort Code, byte True, byte False, uint Value)> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var i = 0; i < program.Count; i++)
        {
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, program[i].Code);
            (at[2], at[3]) = (program[i].True, program[i].False);
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], program[i].Value);
        }
        return bytes;
    }
}
