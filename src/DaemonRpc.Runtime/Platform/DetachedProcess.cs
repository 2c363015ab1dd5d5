using System.Runtime.InteropServices;

namespace DaemonRpc.Platform;

/// <summary>Describes a process to start. The process inherits nothing from this one except what is named here.</summary>
internal sealed record DetachedProcess
{
    public required string Path { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    public required IReadOnlyCollection<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>The file to which standard output and standard error are appended.</summary>
    public required string LogPath { get; init; }

    /// <summary>Our descriptors that the child receives, numbered 3, 4 and so on.</summary>
    public required IReadOnlyList<int> Descriptors { get; init; }

    /// <summary>Starts the process in its own session. Returns its process id; the caller must reap it.</summary>
    /// <exception cref="IOException">The system could not start it.</exception>
    public unsafe int Start()
    {
        byte* actions = stackalloc byte[SpawnInterop.StructureSize];
        byte* attributes = stackalloc byte[SpawnInterop.StructureSize];
        byte** arguments = NativeStrings.Allocate([Path, .. Arguments]);
        byte** environment = NativeStrings.Allocate(Environment);
        Check(SpawnInterop.InitializeActions(actions));
        Check(SpawnInterop.InitializeAttributes(attributes));
        try
        {
            Arrange(actions);
            Detach(attributes);
            int processId;
            int error = SpawnInterop.Spawn(&processId, Path, actions, attributes, arguments, environment);
            if (error != 0)
            {
                throw SystemError.Exception("start", Path, error);
            }

            return processId;
        }
        finally
        {
            _ = SpawnInterop.DestroyActions(actions);
            _ = SpawnInterop.DestroyAttributes(attributes);
            NativeStrings.Free(arguments);
            NativeStrings.Free(environment);
        }
    }

    /// <summary>Gives the child its own session, out of reach of Ctrl-C and of the terminal's end, and the default signal settings.</summary>
    private static unsafe void Detach(byte* attributes)
    {
        byte* signals = stackalloc byte[SpawnInterop.StructureSize];
        _ = SpawnInterop.EmptySet(signals);
        Check(SpawnInterop.SetMask(attributes, signals));
        // All signals except the two that cannot be handled: some systems refuse a set that contains them.
        _ = SpawnInterop.FillSet(signals);
        _ = SpawnInterop.RemoveFromSet(signals, Constants.SignalKill);
        _ = SpawnInterop.RemoveFromSet(signals, Constants.SignalStop);
        Check(SpawnInterop.SetDefaults(attributes, signals));
        int flags = SpawnInterop.NewSession + SpawnInterop.SetSignalMask + SpawnInterop.SetSignalDefaults;
        Check(SpawnInterop.SetFlags(attributes, (short)(OperatingSystem.IsMacOS() ? flags + SpawnInterop.CloseByDefault : flags)));
    }

    private unsafe void Arrange(byte* actions)
    {
        int append = Constants.OpenWriteOnly | Constants.OpenCreate | Constants.OpenAppend | Constants.OpenNoFollow;

        // Our descriptors may have any number, including one that a copy must get. Copying through numbers above all of them avoids collisions.
        int detour = 3 + Descriptors.Count;
        foreach (int descriptor in Descriptors)
        {
            detour = Math.Max(detour, descriptor + 1);
        }

        for (int index = 0; index < Descriptors.Count; index++)
        {
            Check(SpawnInterop.AddDuplicate(actions, Descriptors[index], detour + index));
        }

        for (int index = 0; index < Descriptors.Count; index++)
        {
            Check(SpawnInterop.AddDuplicate(actions, detour + index, 3 + index));
        }

        Check(SpawnInterop.AddOpen(actions, 0, "/dev/null", Constants.OpenReadOnly, 0));
        Check(SpawnInterop.AddOpen(actions, 1, LogPath, append, 0x180 /* 0600 */));
        Check(SpawnInterop.AddDuplicate(actions, 1, 2));
        Check(SpawnInterop.AddChangeDirectory(actions, "/"));
        if (!OperatingSystem.IsMacOS())
        {
            CloseOthersOnLinux(actions, 3 + Descriptors.Count, detour);
        }
    }

    private unsafe void CloseOthersOnLinux(byte* actions, int first, int detour)
    {
        if (s_canCloseFrom.Value)
        {
            Check(SpawnInterop.AddCloseFrom(actions, first));
            return;
        }

        // An older C library: close the descriptors that are open now. What another thread opens meanwhile is closed on
        // exec, because .NET marks everything it opens that way.
        for (int index = 0; index < Descriptors.Count; index++)
        {
            Check(SpawnInterop.AddClose(actions, detour + index));
        }

        foreach (string entry in Directory.EnumerateFiles("/proc/self/fd"))
        {
            if (int.TryParse(System.IO.Path.GetFileName(entry), out int descriptor) && descriptor >= first && descriptor < detour)
            {
                Check(SpawnInterop.AddClose(actions, descriptor));
            }
        }
    }

    private static readonly Lazy<bool> s_canCloseFrom = new(static () =>
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addclosefrom_np", out _));

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw SystemError.Exception("prepare the start of", "a process", error);
        }
    }
}
