namespace DaemonRpc.Telemetry;

/// <summary>Whether anybody can listen to spans and metrics in this process.</summary>
/// <remarks>
/// The classes for both are in an assembly of .NET whose first use takes a process without ahead-of-time compilation some 20 ms. Whoever listens has loaded
/// that assembly, in the process itself or from outside through the runtime. So while it is not loaded, nothing here touches it. In a program that was compiled
/// ahead of time nothing is loaded, and first use takes about 0.1 ms.
/// </remarks>
internal static class Listening
{
    /// <summary>The switch of <see cref="AppContext"/> with which a program does without spans and metrics.</summary>
    public const string Switch = "DaemonRpc.Telemetry.IsSupported";

    private const string NameOfAssembly = "System.Diagnostics.DiagnosticSource";

    private static int s_hasBegun;
    private static volatile bool s_isPossible;

    /// <summary>Whether anybody can listen. Never becomes false again.</summary>
    public static bool IsPossible => s_isPossible;

    /// <summary>Begins to look for listeners. Called when the first client or daemon of the process is created.</summary>
    public static void Begin()
    {
        if (s_hasBegun != 0 || Interlocked.Exchange(ref s_hasBegun, 1) != 0 || (AppContext.TryGetSwitch(Switch, out bool isSupported) && !isSupported))
        {
            return;
        }

        // Null where nothing is loaded. A debug build of a program that is to be compiled ahead of time calls itself one where no code can be compiled.
        if (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not null)
        {
            AppDomain.CurrentDomain.AssemblyLoad += OnLoaded;
            s_isPossible = Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), static assembly => Matches(assembly.FullName)) || s_isPossible;
        }
        else
        {
            s_isPossible = true;
        }
    }

    private static void OnLoaded(object? sender, AssemblyLoadEventArgs loaded)
    {
        if (Matches(loaded.LoadedAssembly.FullName))
        {
            s_isPossible = true;
            AppDomain.CurrentDomain.AssemblyLoad -= OnLoaded;
        }
    }

    private static bool Matches(string? name) =>
        name is not null && name.StartsWith(NameOfAssembly, StringComparison.Ordinal) && name.AsSpan(NameOfAssembly.Length) is [] or [',', ..];
}
