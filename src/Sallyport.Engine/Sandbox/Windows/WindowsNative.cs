using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>What is called of Windows, by its documentation. Structures are as on 64-bit systems, where x64 and Arm64 agree.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsNative
{
    public const uint StartSuspended = 0x4, UnicodeEnvironment = 0x400, ExtendedStart = 0x80000;
    public const nuint HandleList = 0x20002, SecurityCapabilitiesList = 0x20009, JobList = 0x2000D;
    public const uint AllPrivilegesOff = 0x1, TokenAccess = 0x1 | 0x2 | 0x8 | 0x80;
    public const uint FileObject = 1, Dacl = 0x4, ProtectedDacl = 0x80000000, UnprotectedDacl = 0x20000000, SddlRevision = 1;
    public const int ExtendedLimits = 9, UiRestrictions = 4, TokenIsAppContainer = 29, TokenCapabilities = 30, Administrators = 26;
    public const int AlreadyExists = unchecked((int)0x800700B7);
    public const uint Forever = 0xFFFFFFFF;

    [StructLayout(LayoutKind.Sequential)]
    public struct StartupInfo
    {
        public uint Size;
        public nint Reserved, Desktop, Title;
        public uint X, Y, Width, Height, Columns, Rows, Fill, Flags;
        public ushort Show, MoreBytes;
        public nint More, Input, Output, Error;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct StartupInfoEx
    {
        public StartupInfo Start;
        public nint Attributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ProcessInformation
    {
        public nint Process, Thread;
        public uint ProcessId, ThreadId;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SidAndAttributes
    {
        public nint Sid;
        public uint Attributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SecurityCapabilities
    {
        public nint Container, Capabilities;
        public uint Count, Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct JobLimits
    {
        public long ProcessTime, JobTime;
        public uint Flags;
        public nuint LeastWorkingSet, MostWorkingSet;
        public uint ActiveProcesses;
        public nuint Affinity;
        public uint Priority, Scheduling;
        public fixed ulong Counters[6];
        public nuint ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
    }

    /// <summary>Throws what the last call left as its error.</summary>
    public static void Check(bool worked, string what)
    {
        if (!worked) throw Failed(what, Marshal.GetLastPInvokeError());
    }

    public static IOException Failed(string what, int code) => new($"{what} failed ({new Win32Exception(code).Message.TrimEnd('.')}, {code})");

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool OpenProcessToken(nint process, uint access, out nint token);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateRestrictedToken(nint token, uint flags, uint disabledCount, SidAndAttributes* disabled, uint deletedCount, void* deleted, uint restrictedCount, SidAndAttributes* restricted, out nint result);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateWellKnownSid(int kind, nint domain, byte* sid, ref uint size);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetTokenInformation(nint token, int kind, void* result, uint size, out uint needed);

    [LibraryImport("advapi32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CreateProcessAsUserW(nint token, string? program, char* commandLine, void* process, void* thread, [MarshalAs(UnmanagedType.Bool)] bool inherits, uint flags, void* environment, string? folder, StartupInfoEx* start, ProcessInformation* result);

    [LibraryImport("advapi32", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int GetNamedSecurityInfoW(string path, uint kind, uint what, nint owner, nint group, nint dacl, nint sacl, out nint descriptor);

    [LibraryImport("advapi32", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int SetNamedSecurityInfoW(string path, uint kind, uint what, nint owner, nint group, nint dacl, nint sacl);

    [LibraryImport("advapi32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ConvertSecurityDescriptorToStringSecurityDescriptorW(nint descriptor, uint revision, uint what, out nint text, nint length);

    [LibraryImport("advapi32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ConvertStringSecurityDescriptorToSecurityDescriptorW(string text, uint revision, out nint descriptor, nint size);

    [LibraryImport("advapi32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetSecurityDescriptorDacl(nint descriptor, out int isPresent, out nint dacl, out int isDefault);

    [LibraryImport("advapi32", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool ConvertSidToStringSidW(nint sid, out nint text);

    [LibraryImport("advapi32")]
    public static partial nint FreeSid(nint sid);

    [LibraryImport("userenv", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int CreateAppContainerProfile(string name, string shown, string description, nint capabilities, uint count, out nint sid);

    [LibraryImport("userenv", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int DeleteAppContainerProfile(string name);

    [LibraryImport("userenv", StringMarshalling = StringMarshalling.Utf16)]
    public static partial int DeriveAppContainerSidFromAppContainerName(string name, out nint sid);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool InitializeProcThreadAttributeList(nint list, uint count, uint flags, ref nuint size);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool UpdateProcThreadAttribute(nint list, uint flags, nuint kind, void* value, nuint size, nint previous, nint needed);

    [LibraryImport("kernel32")]
    public static partial void DeleteProcThreadAttributeList(nint list);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial nint CreateJobObjectW(nint attributes, nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetInformationJobObject(nint job, int kind, void* value, uint size);

    [LibraryImport("kernel32")]
    public static partial nint GetCurrentProcess();

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool SetHandleInformation(nint handle, uint mask, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial uint ResumeThread(nint thread);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial uint WaitForSingleObject(nint handle, uint milliseconds);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetExitCodeProcess(nint process, out uint code);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool TerminateProcess(nint process, uint code);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CloseHandle(nint handle);

    [LibraryImport("kernel32")]
    public static partial nint LocalFree(nint memory);
}
