using System.Buffers;
using DaemonRpc.Framing;
using Microsoft.Extensions.Logging;

namespace DaemonRpc.Protocol;

/// <summary>A client's introduction. Frozen: every build of a daemon understands every build of a client.</summary>
internal sealed record Hello
{
    private const byte Variable = 11;

    // Clients of one daemon mostly send equal texts. Sharing the strings saves memory, because a hello is kept for as long as its client is connected.
    private static Hello? s_last;

    // The raw fields from the first variable to the last, parsed only on demand: few handlers read them.
    private readonly byte[] _environment = [];

    public Hello()
    {
    }

    private Hello(ReadOnlySpan<byte> message, Hello? like)
    {
        Protocol = 0;
        (int environmentStart, int environmentEnd) = (0, 0);
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    Protocol = fields.Int32();
                    break;

                case 2:
                    Id = fields.Text(like?.Id);
                    break;

                case 3:
                    Instance = fields.Text(like?.Instance);
                    break;

                case 4:
                    Contract = fields.Text(like?.Contract);
                    break;

                case 5:
                    Program = fields.Text(like?.Program);
                    break;

                case 6:
                    Build = Build with { Timestamp = fields.Integer() };
                    break;

                case 7:
                    Build = Build with { Fingerprint = fields.Integer() };
                    break;

                case 8:
                    ForCalls = fields.Integer() != 0;
                    break;

                case 9:
                    WorkingDirectory = fields.Text(like?.WorkingDirectory);
                    break;

                case 10:
                    CultureName = fields.Text(like?.CultureName);
                    break;

                case Variable:
                    environmentStart = environmentEnd == 0 ? fields.Start : environmentStart;
                    environmentEnd = fields.End;
                    break;

                case 12:
                    Policy = (VersionPolicy)fields.Integer();
                    break;

                case 13:
                    IsProgramBuild = fields.Integer() != 0;
                    break;

                case 14:
                    ProgramPath = fields.Text(like?.ProgramPath);
                    break;

                case 15:
                    ProgramFiles = fields.Integer();
                    break;

                case 16:
                    IsOutdated = fields.Integer() != 0;
                    break;

                case 17:
                    ConnectionKey = fields.Integer();
                    break;

                case 18:
                    BusyTimeout = fields.Integer();
                    break;

                case 19:
                    TaskLogLevel = fields.Integer() is >= (long)LogLevel.Trace and < (long)LogLevel.None and var level ? (LogLevel)level : LogLevel.None;
                    break;

                case 20:
                    Methods = FingerprintList.Read(fields.Bytes(), like?.Methods);
                    break;
            }
        }

        ReadOnlySpan<byte> environment = message[environmentStart..environmentEnd];
        _environment = like is not null && environment.SequenceEqual(like._environment) ? like._environment : environment.ToArray();
    }

    public int Protocol { get; init; } = ProtocolVersion.Current;

    /// <summary>Whether the client speaks this program's protocol version. If not, only frozen messages may be read.</summary>
    public bool SpeaksOurs => Protocol == ProtocolVersion.Current;

    /// <summary>The wanted daemon's id. Empty when the client knows only the socket and accepts any daemon.</summary>
    public string Id { get; init; } = "";

    public string Instance { get; init; } = "";

    /// <summary>The contract's full name and assembly, or empty for a client without a contract.</summary>
    public string Contract { get; init; } = "";

    /// <summary>The name of the client's program, for messages.</summary>
    public string Program { get; init; } = "";

    /// <summary>The build that the client's requests carry.</summary>
    public BuildIdentity Build { get; init; }

    /// <summary>
    /// Whether <see cref="Build"/> is the build of the program that would be the daemon; otherwise it is that of the contract's assembly alone.
    /// </summary>
    public bool IsProgramBuild { get; init; }

    /// <summary>The main file of the program that the client would start as the daemon. Empty when it would start none.</summary>
    public string ProgramPath { get; init; } = "";

    /// <summary>
    /// The digest of that program's files: as they were when the client started, if it is the client's own program, otherwise as they are now.
    /// </summary>
    public long ProgramFiles { get; init; }

    /// <summary>Whether the client's own files have changed since it began to run.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>Whether contract calls will follow. If not, the connection does not keep the daemon from idling out.</summary>
    public bool ForCalls { get; init; }

    /// <summary>What happens if the builds differ.</summary>
    public VersionPolicy Policy { get; init; }

    /// <summary>A random number per connection. Together with a call's id it identifies a call permanently, also for a successor of this daemon.</summary>
    public long ConnectionKey { get; init; }

    /// <summary>How many milliseconds a call waits in the queue of a busy daemon: 0, the default, for not at all, -1 without limit.</summary>
    public long BusyTimeout { get; init; }

    /// <summary>The least level of its tasks' log messages that the client receives; <see cref="LogLevel.None"/>, the default, for none.</summary>
    public LogLevel TaskLogLevel { get; init; } = LogLevel.None;

    /// <summary>The fingerprints of the methods that the client may call on a daemon of another build. Empty unless the policy is <see cref="VersionPolicy.Compatible"/>.</summary>
    public long[] Methods { get; init; } = [];

    public string WorkingDirectory { get; init; } = "";

    public string CultureName { get; init; } = "";

    public IReadOnlyDictionary<string, string> Environment
    {
        get => field ??= ReadEnvironment(_environment);
        init;
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
        fields.Write(8, ForCalls ? 1 : 0);
        fields.Write(9, WorkingDirectory);
        fields.Write(10, CultureName);
        fields.Write(12, (long)Policy);
        fields.Write(13, IsProgramBuild ? 1 : 0);
        fields.Write(14, ProgramPath);
        fields.Write(15, ProgramFiles);
        fields.Write(16, IsOutdated ? 1 : 0);
        fields.Write(17, ConnectionKey);
        fields.Write(18, BusyTimeout);
        if (TaskLogLevel != LogLevel.None)
        {
            fields.Write(19, (long)TaskLogLevel);
        }

        FingerprintList.Write(fields, 20, Methods);
        foreach ((string name, string value) in Environment)
        {
            fields.Write(Variable, $"{name}={value}");
        }
    }

    /// <summary>Checks that a daemon accepts a hello of this size.</summary>
    /// <exception cref="DaemonProtocolException">The hello is too large.</exception>
    public static void CheckLength(int bytes)
    {
        if (bytes > FrameLimits.BeforeHello)
        {
            throw new DaemonProtocolException(
                $"What this client says of itself has {bytes} bytes; a daemon accepts {FrameLimits.BeforeHello}. Name fewer variables in DaemonClientOptions.ForwardEnvironment, or pass large ones as arguments.");
        }
    }

    public static Hello Read(ReadOnlySpan<byte> message)
    {
        Hello hello = Read(message, Volatile.Read(ref s_last));
        Volatile.Write(ref s_last, hello);
        return hello;
    }

    /// <summary>Reads a hello.</summary>
    /// <param name="message">The hello.</param>
    /// <param name="like">An earlier hello whose equal strings are reused, or null.</param>
    public static Hello Read(ReadOnlySpan<byte> message, Hello? like)
    {
        var hello = new Hello(message, like);
        return hello.Protocol > 0 ? hello : throw new DaemonProtocolException("The hello names no protocol version.");
    }

    private static Dictionary<string, string> ReadEnvironment(ReadOnlySpan<byte> message)
    {
        var environment = new Dictionary<string, string>();
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            // A client of another build may have other fields in between.
            string variable = fields.Field == Variable ? fields.Text() : "";
            int separator = variable.IndexOf('=', StringComparison.Ordinal);
            if (separator > 0)
            {
                environment[variable[..separator]] = variable[(separator + 1)..];
            }
        }

        return environment;
    }
}
