using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Program;

/// <summary>What a request's build means for the daemon.</summary>
internal enum VersionVerdict
{
    /// <summary>It runs here.</summary>
    Serve,

    /// <summary>The daemon leaves, when its task has ended.</summary>
    Replace,

    /// <summary>The daemon leaves, unless a task runs.</summary>
    ReplaceIfIdle,

    /// <summary>The client's build, or its version of the protocol, is older: it is refused.</summary>
    ClientIsOlder,

    /// <summary>The client is of another build, and its program changed since it began to run: it is refused.</summary>
    ClientIsOutdated,

    /// <summary>The client's build is newer than the program that it would start: it is refused.</summary>
    ProgramIsOlder,
}

/// <summary>Which of two builds is to run: the one place that decides it. Pure, but for one look at the disk per connection.</summary>
/// <param name="contract">What this daemon is.</param>
/// <param name="program">What it runs.</param>
/// <remarks>
/// Timestamps order builds. But a client that runs what is at the daemon's path now, while the daemon was started from
/// other files, is right whatever the timestamps say: the path was rebuilt, updated, or an older build was put there (a
/// bisect, a downgrade). And a client whose own files have changed since it began to run (a long-lived editor) is wrong
/// whatever they say: it never has anything replaced. Nor has one that would start this daemon's own program once more.
/// A client with another version of the protocol is of another build, too, whatever it says: it is never served. Between two that
/// say the same the version orders.
/// </remarks>
internal sealed class VersionRules(ContractIdentity contract, RunningProgram program)
{
    /// <summary>This daemon's build, of the kind that the client has told its own of.</summary>
    public BuildIdentity Ours(Hello hello) => hello.IsProgramBuild ? contract.ProgramBuild : contract.Build;

    /// <summary>Called once per connection. Looks at the disk only if the client would start the same path from other files; reads them if they may hold the same.</summary>
    public ClientStanding StandingOf(Hello hello)
    {
        if (hello.IsOutdated)
        {
            return ClientStanding.Outdated;
        }

        ProgramFiles files = program.Files;
        bool samePath = hello.ProgramPath.Length > 0 && hello.ProgramPath == files.Path;
        return !samePath ? ClientStanding.ByBuild
            : hello.ProgramFiles == files.Digest ? Same(hello)
            : ProgramFiles.At(files.Path).Digest != hello.ProgramFiles ? ClientStanding.ByBuild
            : program.IsUnchangedIn(hello.ProgramFiles) ? Same(hello)
            : ClientStanding.Current;
    }

    private static ClientStanding Same(Hello hello) => hello.IsProgramBuild ? ClientStanding.ByBuild : ClientStanding.SameFiles;

    /// <summary>Called for every request: costs a comparison when all is as it should be.</summary>
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

    /// <summary>Why this daemon leaves for a client, for people.</summary>
    public string ReasonFor(ServerSession session, BuildIdentity client)
    {
        string who = $"Process {session.Peer.ProcessId} ({session.Hello.Program})";
        BuildIdentity ours = Ours(session.Hello);
        string protocols = ProtocolVersion.Differing(ProtocolVersion.Current, session.Hello.Protocol);
        return session.Standing == ClientStanding.Current
            ? $"{who} runs what is at '{program.Files.Path}' now, {client}; this daemon is {ours}, and its files have changed since it was started.{protocols}"
            : $"{who} is {client}; this daemon is {ours}.{protocols}";
    }
}
