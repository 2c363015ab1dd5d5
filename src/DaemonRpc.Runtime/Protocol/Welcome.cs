using System.Buffers;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>A daemon introduces itself. Frozen, as <see cref="Hello"/> is.</summary>
internal sealed record Welcome
{
    public int Protocol { get; init; } = ProtocolVersion.Current;

    public string Id { get; init; } = "";

    public string Instance { get; init; } = "";

    public string Contract { get; init; } = "";

    public string Program { get; init; } = "";

    /// <summary>The build of the daemon's program: what a client that says the same of itself has in its requests.</summary>
    public BuildIdentity Build { get; init; }

    /// <summary>The build of the contract's assembly: what the requests of all others have, also of clients that are not written with this runtime.</summary>
    public BuildIdentity ContractBuild { get; init; }

    public int ProcessId { get; init; }

    /// <summary>Drawn at the daemon's start; part of the ids of its tasks.</summary>
    public long Incarnation { get; init; }

    /// <summary>Empty when the daemon writes no log file.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>The largest payload the daemon accepts, and sends.</summary>
    public int MaxFrameBytes { get; init; }

    /// <summary>
    /// Whether the handler is still being made. Then no call of this connection begins before the daemon has sent
    /// <c>Started</c> for one of them, whichever: what the connection ends without it certainly did not run.
    /// </summary>
    public bool IsStarting { get; init; }

    /// <summary>Of a daemon with another version of the protocol nothing is read that is not frozen: to a call it can only say that it is refused.</summary>
    /// <exception cref="DaemonProtocolException">It sent something else.</exception>
    public void DemandReadable(FrameKind kind)
    {
        if (Protocol != ProtocolVersion.Current
            && kind is FrameKind.Result or FrameKind.Error or FrameKind.Canceled or FrameKind.Item or FrameKind.Queued or FrameKind.Started)
        {
            throw new DaemonProtocolException($"The daemon answered a call with {kind}.{ProtocolVersion.Differing(Protocol, ProtocolVersion.Current)}");
        }
    }

    public void Write(IBufferWriter<byte> output)
    {
        var fields = new FieldWriter(output);
        fields.Write(1, Protocol);
        fields.Write(2, Id);
        fields.Write(3, Instance);
        fields.Write(4, Contract);
        fields.Write(5, Program);
        fields.Write(6, Build.Timestamp);
        fields.Write(7, Build.Fingerprint);
        fields.Write(8, ProcessId);
        fields.Write(9, Incarnation);
        fields.Write(10, LogPath);
        fields.Write(11, MaxFrameBytes);
        fields.Write(12, IsStarting ? 1 : 0);
        fields.Write(13, ContractBuild.Timestamp);
        fields.Write(14, ContractBuild.Fingerprint);
    }

    public static Welcome Read(ReadOnlySpan<byte> message)
    {
        var welcome = new Welcome { Protocol = 0 };
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            welcome = fields.Field switch
            {
                1 => welcome with { Protocol = fields.Int32() },
                2 => welcome with { Id = fields.Text() },
                3 => welcome with { Instance = fields.Text() },
                4 => welcome with { Contract = fields.Text() },
                5 => welcome with { Program = fields.Text() },
                6 => welcome with { Build = welcome.Build with { Timestamp = fields.Integer() } },
                7 => welcome with { Build = welcome.Build with { Fingerprint = fields.Integer() } },
                8 => welcome with { ProcessId = fields.Int32() },
                9 => welcome with { Incarnation = fields.Integer() },
                10 => welcome with { LogPath = fields.Text() },
                11 => welcome with { MaxFrameBytes = fields.Int32() },
                12 => welcome with { IsStarting = fields.Integer() != 0 },
                13 => welcome with { ContractBuild = welcome.ContractBuild with { Timestamp = fields.Integer() } },
                14 => welcome with { ContractBuild = welcome.ContractBuild with { Fingerprint = fields.Integer() } },
                _ => welcome,
            };
        }

        return welcome.Protocol > 0 ? welcome : throw new DaemonProtocolException("The welcome names no protocol version.");
    }
}
