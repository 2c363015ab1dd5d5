using System.Buffers;
using DaemonRpc.Framing;

namespace DaemonRpc.Protocol;

/// <summary>A daemon's introduction. Frozen, like <see cref="Hello"/>.</summary>
internal sealed record Welcome
{
    public int Protocol { get; init; } = ProtocolVersion.Current;

    public string Id { get; init; } = "";

    public string Instance { get; init; } = "";

    public string Contract { get; init; } = "";

    public string Program { get; init; } = "";

    /// <summary>The build of the daemon's program, which requests carry when the client's hello gave a program build.</summary>
    public BuildIdentity Build { get; init; }

    /// <summary>The build of the contract's assembly, which all other requests carry, also those of clients without this runtime.</summary>
    public BuildIdentity ContractBuild { get; init; }

    public int ProcessId { get; init; }

    /// <summary>A random number drawn at the daemon's start, and part of its tasks' ids.</summary>
    public long Incarnation { get; init; }

    /// <summary>The path of the daemon's log file; empty when it writes none.</summary>
    public string LogPath { get; init; } = "";

    /// <summary>The largest payload that the daemon accepts or sends, in bytes.</summary>
    public int MaxFrameBytes { get; init; }

    /// <summary>
    /// Whether the handler is still being created. If so, no call of this connection begins before the daemon has sent
    /// one <c>Started</c>; a call on a connection that ends without one certainly did not run.
    /// </summary>
    public bool IsStarting { get; init; }

    /// <summary>Those of the hello's fingerprints whose methods the daemon serves although the builds differ.</summary>
    public long[] Methods { get; init; } = [];

    /// <summary>Whether the daemon reads the trace of a request. An older one would take it for arguments.</summary>
    public bool ReadsTraces { get; init; } = true;

    /// <summary>
    /// Checks that a frame may be read. A daemon with another protocol version may answer a call only with a refusal; nothing else of it is readable.
    /// </summary>
    /// <exception cref="DaemonProtocolException">The daemon sent something else.</exception>
    public void DemandReadable(FrameKind kind)
    {
        if (Protocol != ProtocolVersion.Current
            && kind is FrameKind.Result or FrameKind.Error or FrameKind.Canceled or FrameKind.Item or FrameKind.Progress or FrameKind.Queued or FrameKind.Started
                or FrameKind.Ask or FrameKind.Demand or FrameKind.Withdraw or FrameKind.Log or FrameKind.Opened)
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
        FingerprintList.Write(fields, 20, Methods);
        fields.Write(21, ReadsTraces ? 1 : 0);
    }

    public static Welcome Read(ReadOnlySpan<byte> message)
    {
        var welcome = new Welcome { Protocol = 0, ReadsTraces = false };
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
                20 => welcome with { Methods = FingerprintList.Read(fields.Bytes()) },
                21 => welcome with { ReadsTraces = fields.Integer() == 1 },
                _ => welcome,
            };
        }

        return welcome.Protocol > 0 ? welcome : throw new DaemonProtocolException("The welcome names no protocol version.");
    }
}
