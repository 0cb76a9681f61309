using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>
/// A container without capabilities: what runs in it reaches no network, and of files only what names it. It starts with a token
/// without privileges and in a job that ends with us, and is looked at before its first instruction: what is not confined does not run.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class AppContainer : IDisposable
{
    private const uint KillOnClose = 0x2000, DieOnUnhandled = 0x400;

    // Handles of windows, the clipboard both ways, system parameters, display, atoms, desktops, the end of Windows.
    private const uint NoDesktop = 0xff;

    private const int MostAttributes = 3;

    private readonly nint sid;

    private AppContainer(nint sid) => this.sid = sid;

    /// <summary>Makes its profile, when there is none.</summary>
    public static AppContainer Make(string name)
    {
        var result = WindowsNative.CreateAppContainerProfile(name, name, "Commands of a Sallyport session", 0, 0, out var sid);
        if (result == WindowsNative.AlreadyExists) return Find(name);
        return result == 0 ? new AppContainer(sid) : throw WindowsNative.Failed("making an AppContainer", result);
    }

    public static AppContainer Find(string name)
    {
        var result = WindowsNative.DeriveAppContainerSidFromAppContainerName(name, out var sid);
        return result == 0 ? new AppContainer(sid) : throw WindowsNative.Failed("finding an AppContainer", result);
    }

    public string Sid
    {
        get
        {
            WindowsNative.Check(WindowsNative.ConvertSidToStringSidW(sid, out var text), "naming an AppContainer");
            var name = Marshal.PtrToStringUni(text)!;
            WindowsNative.LocalFree(text);
            return name;
        }
    }

    public void Dispose() => WindowsNative.FreeSid(sid);

    /// <summary>Runs a program in it with our input, output and environment, to its end; its exit code.</summary>
    public int Run(string program, IReadOnlyList<string> arguments, string folder)
    {
        var line = (WindowsCommandLine.Of(program, arguments) + '\0').ToCharArray();
        var (job, token, list) = (nint.Zero, nint.Zero, nint.Zero);
        var started = default(WindowsNative.ProcessInformation);
        try
        {
            job = Job();
            token = Token();
            nint* handles = stackalloc nint[3];
            var start = new WindowsNative.StartupInfoEx { Start = { Size = (uint)sizeof(WindowsNative.StartupInfoEx), Flags = 0x100 } };
            (start.Start.Input, start.Start.Output, start.Start.Error) = (Inherited(-10), Inherited(-11), Inherited(-12));
            uint count = 0;
            foreach (var handle in (ReadOnlySpan<nint>)[start.Start.Input, start.Start.Output, start.Start.Error])
                if (handle is not (0 or -1) && !new ReadOnlySpan<nint>(handles, (int)count).Contains(handle)) handles[count++] = handle;
            var capabilities = new WindowsNative.SecurityCapabilities { Container = sid };
            list = List();
            start.Attributes = list;
            Add(list, WindowsNative.SecurityCapabilitiesList, &capabilities, (nuint)sizeof(WindowsNative.SecurityCapabilities));
            Add(list, WindowsNative.JobList, &job, (nuint)sizeof(nint));
            if (count > 0) Add(list, WindowsNative.HandleList, handles, count * (nuint)sizeof(nint));
            fixed (char* text = line)
                WindowsNative.Check(WindowsNative.CreateProcessAsUserW(token, program, text, null, null, count > 0, WindowsNative.ExtendedStart | WindowsNative.StartSuspended | WindowsNative.UnicodeEnvironment, null, folder, &start, &started), $"starting {program} confined");
            if (!IsConfined(started.Process))
            {
                WindowsNative.TerminateProcess(started.Process, 126);
                throw new IOException($"{program} would not have been confined, and was not run");
            }
            WindowsNative.Check(WindowsNative.ResumeThread(started.Thread) != uint.MaxValue, $"starting {program} confined");
            _ = WindowsNative.WaitForSingleObject(started.Process, WindowsNative.Forever);
            WindowsNative.Check(WindowsNative.GetExitCodeProcess(started.Process, out var code), $"asking how {program} ended");
            return unchecked((int)code);
        }
        finally
        {
            if (list != 0)
            {
                WindowsNative.DeleteProcThreadAttributeList(list);
                Marshal.FreeHGlobal(list);
            }
            foreach (var handle in (ReadOnlySpan<nint>)[started.Thread, started.Process, token, job]) if (handle != 0) WindowsNative.CloseHandle(handle);
        }
    }

    // In a container, and without any capability: that is what closes the network.
    private static bool IsConfined(nint process)
    {
        if (!WindowsNative.OpenProcessToken(process, 0x8, out var token)) return false;
        try
        {
            uint isContainer = 0;
            if (!WindowsNative.GetTokenInformation(token, WindowsNative.TokenIsAppContainer, &isContainer, sizeof(uint), out _) || isContainer == 0) return false;
            var groups = stackalloc byte[4096];
            return WindowsNative.GetTokenInformation(token, WindowsNative.TokenCapabilities, groups, 4096, out _) && *(uint*)groups == 0;
        }
        finally
        {
            WindowsNative.CloseHandle(token);
        }
    }

    private static nint Job()
    {
        var job = WindowsNative.CreateJobObjectW(0, 0);
        WindowsNative.Check(job != 0, "making a job");
        // Neither flag of those that let processes break away.
        var limits = new WindowsNative.JobLimits { Flags = KillOnClose | DieOnUnhandled };
        WindowsNative.Check(WindowsNative.SetInformationJobObject(job, WindowsNative.ExtendedLimits, &limits, (uint)sizeof(WindowsNative.JobLimits)), "limiting a job");
        var desktop = NoDesktop;
        WindowsNative.Check(WindowsNative.SetInformationJobObject(job, WindowsNative.UiRestrictions, &desktop, sizeof(uint)), "limiting a job");
        return job;
    }

    private static nint Token()
    {
        WindowsNative.Check(WindowsNative.OpenProcessToken(WindowsNative.GetCurrentProcess(), WindowsNative.TokenAccess, out var own), "reading our rights");
        try
        {
            var administrators = stackalloc byte[68];
            uint size = 68;
            WindowsNative.Check(WindowsNative.CreateWellKnownSid(WindowsNative.Administrators, 0, administrators, ref size), "naming administrators");
            var disabled = new WindowsNative.SidAndAttributes { Sid = (nint)administrators };
            WindowsNative.Check(WindowsNative.CreateRestrictedToken(own, WindowsNative.AllPrivilegesOff, 1, &disabled, 0, null, 0, null, out var token), "giving up rights");
            return token;
        }
        finally
        {
            WindowsNative.CloseHandle(own);
        }
    }

    private static nint List()
    {
        nuint size = 0;
        WindowsNative.InitializeProcThreadAttributeList(0, MostAttributes, 0, ref size);
        var list = Marshal.AllocHGlobal((nint)size);
        if (WindowsNative.InitializeProcThreadAttributeList(list, MostAttributes, 0, ref size)) return list;
        Marshal.FreeHGlobal(list);
        throw WindowsNative.Failed("preparing a start", Marshal.GetLastPInvokeError());
    }

    private static void Add(nint list, nuint kind, void* value, nuint size) => WindowsNative.Check(WindowsNative.UpdateProcThreadAttribute(list, 0, kind, value, size, 0, 0), "preparing a start");

    private static nint Inherited(int which)
    {
        var handle = WindowsNative.GetStdHandle(which);
        if (handle is not (0 or -1)) WindowsNative.SetHandleInformation(handle, 1, 1);
        return handle;
    }
}
