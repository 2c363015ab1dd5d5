using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Program;

/// <summary>What a request's build means for the daemon.</summary>
internal enum VersionVerdict
{
    /// <summary>The daemon serves the request.</summary>
    Serve,

    /// <summary>The daemon ends for a newer build, once its task has ended.</summary>
    Replace,

    /// <summary>The daemon ends for the client's build, unless a task runs.</summary>
    ReplaceIfIdle,

    /// <summary>The request is refused: the client's build, or its protocol version, is older.</summary>
    ClientIsOlder,

    /// <summary>The request is refused: the client is of another build, and its program files have changed since it started.</summary>
    ClientIsOutdated,

    /// <summary>The request is refused: the client's build is newer than the program that it would start.</summary>
    ProgramIsOlder,
}

/// <summary>Decides which of two builds is to run. Pure, except for one look at the disk per connection.</summary>
/// <param name="contract">This daemon's contract and build.</param>
/// <param name="program">The program that this daemon runs.</param>
/// <remarks>
/// Timestamps order builds, with three exceptions. A client that runs the files now at the daemon's path, while the daemon was started from other
/// files, always wins: the path was rebuilt, updated, or got an older build (a bisect, a downgrade). So does a client of another build if the daemon's
/// program was deleted: each version of a tool may have a path of its own. A client whose own files have changed since it
/// started (a long-lived editor) never has anything replaced. Neither has a client that would start this daemon's own program again. A client with
/// another protocol version counts as another build and is never served; between equal timestamps and fingerprints, the protocol version decides.
/// </remarks>
internal sealed class VersionRules(ContractIdentity contract, RunningProgram program)
{
    /// <summary>Returns this daemon's build, of the kind that the client gave for itself: the program's or the contract's.</summary>
    public BuildIdentity Ours(Hello hello) => hello.IsProgramBuild ? contract.ProgramBuild : contract.Build;

    /// <summary>
    /// Judges a client once per connection. Looks at the disk only if the client is of another build, or would start the same path from other
    /// files; reads them only if their contents may be the same.
    /// </summary>
    public ClientStanding StandingOf(Hello hello)
    {
        if (hello.IsOutdated)
        {
            return ClientStanding.Outdated;
        }

        ProgramFiles files = program.Files;
        bool samePath = hello.ProgramPath.Length > 0 && hello.ProgramPath == files.Path;
        return !samePath ? (hello.ProgramPath.Length > 0 && hello.Build != Ours(hello) && files.IsDeleted ? ClientStanding.Current : ClientStanding.ByBuild)
            : hello.ProgramFiles == files.Digest ? Same(hello)
            : ProgramFiles.At(files.Path).Digest != hello.ProgramFiles ? ClientStanding.ByBuild
            : program.IsUnchangedIn(hello.ProgramFiles) ? Same(hello)
            : ClientStanding.Current;
    }

    // A client that runs what is at this daemon's path now must not be served by what was there before.
    private static bool MayServeOthers(Hello hello, ClientStanding standing) => hello.Methods.Length > 0 && hello.SpeaksOurs && standing != ClientStanding.Current;

    private static ClientStanding Same(Hello hello) => hello.IsProgramBuild ? ClientStanding.ByBuild : ClientStanding.SameFiles;

    /// <summary>Judges each request. Costs one comparison in the ordinary case.</summary>
    public VersionVerdict Judge(Hello hello, ClientStanding standing, BuildIdentity client)
    {
        BuildIdentity ours = Ours(hello);
        bool matches = hello.Policy == VersionPolicy.MatchClient;
        return standing switch
        {
            ClientStanding.Current => matches ? VersionVerdict.ReplaceIfIdle : VersionVerdict.Replace,
            _ when client == ours && hello.SpeaksOurs => VersionVerdict.Serve,
            ClientStanding.Outdated => VersionVerdict.ClientIsOutdated,
            ClientStanding.SameFiles when matches || client.Replaces(ours) || (client == ours && hello.Protocol > ProtocolVersion.Current) => VersionVerdict.ProgramIsOlder,
            _ when matches => VersionVerdict.ReplaceIfIdle,
            _ when client == ours => hello.Protocol > ProtocolVersion.Current ? VersionVerdict.Replace : VersionVerdict.ClientIsOlder,
            _ => client.Replaces(ours) ? VersionVerdict.Replace : VersionVerdict.ClientIsOlder,
        };
    }

    /// <summary>Returns the fingerprints of the methods that this daemon serves for a client although their builds differ.</summary>
    public long[] CommonWith(Hello hello, ClientStanding standing) =>
        MayServeOthers(hello, standing) && hello.Build != Ours(hello) ? contract.Methods?.CommonWith(hello.Methods) ?? [] : [];

    /// <summary>Returns whether this daemon serves a method for a client although their builds differ.</summary>
    public bool Understands(Hello hello, ClientStanding standing, uint method) =>
        MayServeOthers(hello, standing) && contract.Methods?.IsCommon(method, hello.Methods) == true;

    /// <summary>Explains for people why this daemon ends for a client.</summary>
    public string ReasonFor(ServerSession session, BuildIdentity client)
    {
        string who = $"Process {session.Peer.ProcessId} ({session.Hello.Program})";
        BuildIdentity ours = Ours(session.Hello);
        string protocols = ProtocolVersion.Differing(ProtocolVersion.Current, session.Hello.Protocol);
        return session.Standing == ClientStanding.Current && program.Files.IsDeleted
            ? $"{who} is {client}; this daemon is {ours}, and its program '{program.Files.Path}' was deleted.{protocols}"
            : session.Standing == ClientStanding.Current
            ? $"{who} runs what is at '{program.Files.Path}' now, {client}; this daemon is {ours}, and its files have changed since it was started.{protocols}"
            : $"{who} is {client}; this daemon is {ours}.{protocols}";
    }
}
