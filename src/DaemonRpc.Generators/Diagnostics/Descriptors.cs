using Microsoft.CodeAnalysis;

namespace DaemonRpc.Generators.Diagnostics;

/// <summary>The descriptors of all diagnostics. Ids are never reused: DRPC001 once required <c>partial</c>, and DRPC004 forbade inheritance.</summary>
internal static class Descriptors
{
    public static readonly DiagnosticDescriptor ContractMustNotBeGeneric = Error(
        "DRPC002",
        "Contract must not be generic",
        "'{0}' cannot be generic, because the daemon must know every type it may be sent");

    public static readonly DiagnosticDescriptor ContractMustBeTopLevel = Error(
        "DRPC003",
        "Contract must stand in a namespace",
        "'{0}' must be declared directly in a namespace and not be file-local, because its client and daemon are generated beside it");

    public static readonly DiagnosticDescriptor MemberMustBeMethod = Error(
        "DRPC005",
        "Contract may have only methods",
        "'{0}' must become a public instance method, because only calls travel to a daemon");

    public static readonly DiagnosticDescriptor MethodMustNotBeGeneric = Error(
        "DRPC006",
        "Method must not be generic",
        "'{0}' cannot be generic, because the daemon must know every type it may be sent");

    public static readonly DiagnosticDescriptor ReturnTypeMustBeAsync = Error(
        "DRPC007",
        "Method must return a task or a stream",
        "'{0}' must return Task, Task<T>, ValueTask, ValueTask<T> or IAsyncEnumerable<T>, never null, because an answer from another process takes time");

    public static readonly DiagnosticDescriptor ParameterMustBeByValue = Error(
        "DRPC008",
        "Parameter must be passed by value",
        "Parameter '{0}' of '{1}' cannot be ref, out or in, because caller and daemon share no memory; return what the method changes");

    public static readonly DiagnosticDescriptor OneCancellationToken = Error(
        "DRPC009",
        "Method may have one CancellationToken",
        "'{0}' can have only one CancellationToken, because a call is cancelled as a whole");

    public static readonly DiagnosticDescriptor IdMustBeName = Error(
        "DRPC010",
        "Daemon id must be a name",
        "The id of '{0}' must have 1 to 200 characters, not only white space and no control characters, because people read it in lists and logs");

    public static readonly DiagnosticDescriptor MethodIdMustBeUnique = Error(
        "DRPC011",
        "Methods must differ on the wire",
        "'{0}' needs another name, because its hash of name and parameter types, without the CancellationToken, is also that of '{1}'");

    public static readonly DiagnosticDescriptor IdMustBeUnique = Error(
        "DRPC012",
        "Contracts must have different ids",
        "'{0}' needs an id of its own, because '{1}' is already the id of '{2}', and an id finds one daemon");

    public static readonly DiagnosticDescriptor GeneratedNamesMustBeUnique = Error(
        "DRPC013",
        "Generated names must be unique",
        "'{0}' needs another name, because '{1}', which would be generated for it, {2}");

    public static readonly DiagnosticDescriptor InheritedMethodsMustAgree = Error(
        "DRPC014",
        "Inherited methods must agree",
        "'{0}' needs another name, or exactly the types of '{1}', because the client implements both with one method");

    public static readonly DiagnosticDescriptor ContractMustNotBeDisposable = Error(
        "DRPC015",
        "Contract must not be IDisposable",
        "'{0}' cannot inherit IDisposable, because a client ends its connection asynchronously; inherit IAsyncDisposable, which every client implements");

    public static readonly DiagnosticDescriptor MethodTakesNoToken = Create(
        "DRPC016",
        "Method takes no CancellationToken",
        "'{0}' could take a CancellationToken, because without one a cancelled call is ended by force",
        DiagnosticSeverity.Hidden);

    public static readonly DiagnosticDescriptor CallbackMustHaveOnlyCalls = Error(
        "DRPC020",
        "Callback may have only calls",
        "'{0}' cannot be a callback, because {1}");

    public static readonly DiagnosticDescriptor TypeCannotTravel = Error(
        "DRPC101",
        "Type cannot travel",
        "'{0}' in '{1}' cannot travel to or from a daemon, because {2}");

    public static readonly DiagnosticDescriptor TypeIsUnknown = Warning(
        "DRPC102",
        "Type may not be serialisable",
        "'{0}' in '{1}' needs [MemoryPackable], or a formatter registered before the first call, because MemoryPack does not know the type");

    public static readonly DiagnosticDescriptor TypeCannotBeNamed = Warning(
        "DRPC103",
        "Type is hidden from generated code",
        "'{0}', which '{1}' sends, must be public or internal, because a program published with Native AOT needs a serialiser that names it");

    public static readonly DiagnosticDescriptor MemberIsMisread = Error(
        "DRPC104",
        "Member does not arrive as it was sent",
        "'{0}', which '{1}' sends, cannot travel with [BrotliFormatter], because MemoryPack reads more than it wrote when the array is null or empty; use [BrotliFormatter<byte[]>]");

    public static readonly DiagnosticDescriptor TypeContainsItself = Info(
        "DRPC105",
        "Type can contain itself",
        "'{0}', which '{1}' sends, can contain itself, and a value with objects more than 400 levels deep is refused; send deeper values as a list of parts");

    public static readonly DiagnosticDescriptor BuildTimestampIsMissing = Warning(
        "DRPC201",
        "Build gives no timestamp",
        "The project of '{0}' must import the build targets of the DaemonRpc package, because without a build timestamp a daemon cannot tell that it is out of date");

    public static readonly DiagnosticDescriptor DaemonReadsNoConsole = Warning(
        "DRPC301",
        "Daemon has no console input",
        "'{0}', which '{1}' runs, gets no input in a daemon; let the client read, and pass what it read as an argument");

    public static readonly DiagnosticDescriptor DaemonWritesToLog = Warning(
        "DRPC302",
        "Daemon's console is its log",
        "'{0}', which '{1}' runs, concerns the daemon's log, not the caller's terminal; return the text, report it with IProgress<T>, or log it with DaemonContext.Logger");

    public static readonly DiagnosticDescriptor DaemonHasOwnDirectory = Warning(
        "DRPC303",
        "Daemon has its own working directory",
        "'{0}', which '{1}' runs, concerns the daemon's working directory, which is not the caller's; use DaemonContext.Caller.WorkingDirectory");

    public static readonly DiagnosticDescriptor DaemonMustNotExit = Warning(
        "DRPC304",
        "Handler must not end the daemon",
        "'{0}', which '{1}' runs, ends the daemon for all its clients; throw an exception, which only the caller gets");

    public static readonly DiagnosticDescriptor DaemonHasOwnEnvironment = Info(
        "DRPC305",
        "Daemon has its own environment",
        "'{0}', which '{1}' runs, concerns the daemon's environment, which has few of its clients' variables; use DaemonContext.Caller.Environment");

    public static readonly DiagnosticDescriptor TokenIsIgnored = Info(
        "DRPC306",
        "Handler ignores its CancellationToken",
        "'{1}' should use '{0}', because a cancelled call that does not end within DaemonOptions.CancelGrace is ended by force");

    public static readonly DiagnosticDescriptor StaticFieldIsShared = Info(
        "DRPC307",
        "Static variable is shared by all callers",
        "'{0}', which '{1}' sets, keeps its value for all later calls, whoever makes them, until the daemon ends; keep what belongs to a call in the call");

    public static readonly DiagnosticDescriptor ProgramIsNoDaemon = Warning(
        "DRPC308",
        "Program never becomes its daemon",
        "'{0}.ConnectAsync' starts this program again as the daemon, so the program must begin with {1}.RunAsync if {1}.IsRequested; or set DaemonClientOptions.Launch to start another program",
        WellKnownDiagnosticTags.CompilationEnd);

    public static readonly DiagnosticDescriptor ContractGrows = Info(
        "DRPC401",
        "Contract has an additive change",
        "{0}, which is additive: clients and daemons of the contract in DaemonRpc.Contract.txt are still understood");

    public static readonly DiagnosticDescriptor ContractBreaks = Warning(
        "DRPC402",
        "Contract has a breaking change",
        "'{0}' breaks clients and daemons of the contract in DaemonRpc.Contract.txt, which says '{1}'; add another method instead, or a trailing parameter with a default value");

    public static readonly DiagnosticDescriptor MethodIsMissing = Warning(
        "DRPC403",
        "Recorded method is missing",
        "'{0}' has no method '{1}', which is in DaemonRpc.Contract.txt, so calls from clients of that contract are not understood");

    public static readonly DiagnosticDescriptor LineIsUnreadable = Warning(
        "DRPC404",
        "Line of the contract file cannot be read",
        "'{0}' must be a method, a type or a comment (#), or else nothing is compared with it");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        Create(id, title, message, DiagnosticSeverity.Error, WellKnownDiagnosticTags.NotConfigurable);

    private static DiagnosticDescriptor Warning(string id, string title, string message, params string[] tags) =>
        Create(id, title, message, DiagnosticSeverity.Warning, tags);

    private static DiagnosticDescriptor Info(string id, string title, string message) =>
        Create(id, title, message, DiagnosticSeverity.Info);

    private static DiagnosticDescriptor Create(string id, string title, string message, DiagnosticSeverity severity, params string[] tags) =>
        new(
            id,
            title,
            message,
            category: "DaemonRpc",
            severity,
            isEnabledByDefault: true,
            helpLinkUri: $"https://github.com/daemonrpc/daemonrpc/blob/main/docs/diagnostics/{id}.md",
            customTags: tags);
}
