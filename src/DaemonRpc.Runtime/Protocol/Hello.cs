using System.Buffers;

namespace DaemonRpc.Protocol;

/// <summary>A client introduces itself. Frozen: any build of a client can be understood by any build of a daemon.</summary>
internal sealed record Hello
{
    /// <summary>Counts incompatible changes of everything that is not frozen.</summary>
    public const int CurrentProtocol = 1;

    public int Protocol { get; init; } = CurrentProtocol;

    /// <summary>The daemon wanted. Empty when the client only knows the socket and takes whoever answers.</summary>
    public string Id { get; init; } = "";

    public string Instance { get; init; } = "";

    /// <summary>The contract's full name and assembly, or empty for a client without a contract.</summary>
    public string Contract { get; init; } = "";

    /// <summary>The program the client is, for texts.</summary>
    public string Program { get; init; } = "";

    /// <summary>The build that the client's requests carry.</summary>
    public BuildIdentity Build { get; init; }

    /// <summary>Whether that is the build of the program that would be the daemon; otherwise it is that of the contract's assembly alone.</summary>
    public bool IsProgramBuild { get; init; }

    /// <summary>The main file of the program that the client would start as the daemon. Empty when it would start none.</summary>
    public string ProgramPath { get; init; } = "";

    /// <summary>What that program's files are: the client's own as they were when it began to run, another's as they are now.</summary>
    public long ProgramFiles { get; init; }

    /// <summary>Whether the client's own files have changed since it began to run.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>Whether contract calls will follow. Otherwise the connection does not keep the daemon from idling out.</summary>
    public bool ForCalls { get; init; }

    /// <summary>What is to happen if the builds differ.</summary>
    public VersionPolicy Policy { get; init; }

    /// <summary>Drawn for each connection: together with a call's id it names a call for ever, to a successor of this daemon too.</summary>
    public long ConnectionKey { get; init; }

    /// <summary>How many milliseconds a call waits in line for a busy daemon: 0, as when absent, not at all, and -1 without limit.</summary>
    public long BusyWait { get; init; }

    public string WorkingDirectory { get; init; } = "";

    public string CultureName { get; init; } = "";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

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
        fields.Write(18, BusyWait);
        foreach ((string name, string value) in Environment)
        {
            fields.Write(11, $"{name}={value}");
        }
    }

    public static Hello Read(ReadOnlySpan<byte> message)
    {
        var environment = new Dictionary<string, string>();
        var hello = new Hello { Protocol = 0, Environment = environment };
        var fields = new FieldReader(message);
        while (fields.Next())
        {
            hello = fields.Field switch
            {
                1 => hello with { Protocol = fields.Int32() },
                2 => hello with { Id = fields.Text() },
                3 => hello with { Instance = fields.Text() },
                4 => hello with { Contract = fields.Text() },
                5 => hello with { Program = fields.Text() },
                6 => hello with { Build = hello.Build with { Timestamp = fields.Integer() } },
                7 => hello with { Build = hello.Build with { Fingerprint = fields.Integer() } },
                8 => hello with { ForCalls = fields.Integer() != 0 },
                9 => hello with { WorkingDirectory = fields.Text() },
                10 => hello with { CultureName = fields.Text() },
                11 => Add(hello, environment, fields.Text()),
                12 => hello with { Policy = (VersionPolicy)fields.Integer() },
                13 => hello with { IsProgramBuild = fields.Integer() != 0 },
                14 => hello with { ProgramPath = fields.Text() },
                15 => hello with { ProgramFiles = fields.Integer() },
                16 => hello with { IsOutdated = fields.Integer() != 0 },
                17 => hello with { ConnectionKey = fields.Integer() },
                18 => hello with { BusyWait = fields.Integer() },
                _ => hello,
            };
        }

        return hello.Protocol > 0 ? hello : throw new DaemonProtocolException("The hello names no protocol version.");
    }

    private static Hello Add(Hello hello, Dictionary<string, string> environment, string variable)
    {
        int separator = variable.IndexOf('=', StringComparison.Ordinal);
        if (separator > 0)
        {
            environment[variable[..separator]] = variable[(separator + 1)..];
        }

        return hello;
    }
}
