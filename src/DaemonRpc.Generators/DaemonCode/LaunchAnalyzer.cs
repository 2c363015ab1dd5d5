using System.Collections.Concurrent;
using System.Collections.Immutable;
using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Tells the user that a program connects in a way that starts the program itself as the daemon, which it never becomes.</summary>
/// <remarks>Says nothing where the daemon may come from somewhere else: a project that it references as its daemon, options that set how to start it, a library with a handler, a test project.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LaunchAnalyzer : DiagnosticAnalyzer
{
    private const string ClientOptions = "DaemonRpc.DaemonClientOptions";

    /// <summary>The key of the assembly metadata that names a program's daemon.</summary>
    private const string DaemonKey = "DaemonRpc.Daemon";

    /// <summary>How the names of assemblies begin that only test projects reference. Their programs are started by a test platform.</summary>
    private static readonly string[] s_testing =
        ["xunit.", "nunit.", "MSTest.", "Microsoft.VisualStudio.TestPlatform", "Microsoft.Testing.Platform", "TUnit."];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptors.ProgramIsNoDaemon];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // A generator may write the call that runs the daemon.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.RegisterCompilationStartAction(static start =>
        {
            Compilation compilation = start.Compilation;
            if (compilation.Options.OutputKind is not (OutputKind.ConsoleApplication or OutputKind.WindowsApplication)
                || HasDaemon(compilation.Assembly)
                || compilation.GetTypesByMetadataName(KnownTypes.DaemonRpcAttribute).IsEmpty
                || compilation.ReferencedAssemblyNames.Any(static name => s_testing.Any(beginning => name.Name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase))))
            {
                return;
            }

            Launches launches = new(compilation);
            start.RegisterOperationAction(operation => launches.NoteCall((IInvocationOperation)operation.Operation), OperationKind.Invocation);
            start.RegisterOperationAction(operation => launches.NoteUse((IMemberReferenceOperation)operation.Operation), OperationKind.MethodReference, OperationKind.PropertyReference);
            start.RegisterCompilationEndAction(launches.Report);
        });
    }

    /// <summary>Whether the package's targets have named a daemon that the program's project references.</summary>
    private static bool HasDaemon(IAssemblySymbol program) => program.GetAttributes().Any(static attribute =>
        attribute.AttributeClass?.Name == nameof(System.Reflection.AssemblyMetadataAttribute)
        && attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: DaemonKey });

    /// <summary>What a program connects to, and which daemons it can become.</summary>
    private sealed class Launches(Compilation compilation)
    {
        private readonly ConcurrentBag<(INamedTypeSymbol Client, Location Location)> _connections = [];
        private readonly ConcurrentDictionary<string, bool> _served = new(StringComparer.Ordinal);
        private volatile bool _isLaunchSet;

        public void NoteCall(IInvocationOperation invocation)
        {
            INamedTypeSymbol type = invocation.TargetMethod.ContainingType;
            if (invocation.TargetMethod is { IsStatic: true, Name: "ConnectAsync" } && type.Name.EndsWith("Client", StringComparison.Ordinal) && GeneratedNames.IsOurs(type))
            {
                if (invocation.Arguments.All(argument => argument.Parameter?.Type.Is(ClientOptions) != true || IsOwn(argument)))
                {
                    SyntaxNode called = invocation.Syntax is InvocationExpressionSyntax syntax ? syntax.Expression : invocation.Syntax;
                    _connections.Add((type, called.GetLocation()));
                }
            }
            else
            {
                NoteMember(invocation.TargetMethod);
            }
        }

        public void NoteUse(IMemberReferenceOperation reference)
        {
            if (reference.Member is { Name: "Launch" or "Fallback" } && DaemonFacts.IsAssigned(reference) && reference.Member.ContainingType.Is(ClientOptions))
            {
                _isLaunchSet = true;
            }
            else if (reference.Member.Name is not ("IsRequested" or "BuildTimestamp"))
            {
                NoteMember(reference.Member);
            }
        }

        public void Report(CompilationAnalysisContext context)
        {
            if (_isLaunchSet)
            {
                return;
            }

            IEnumerable<(INamedTypeSymbol Client, Location Location)> first = _connections
                .Where(connection => !_served.ContainsKey(DaemonOf(connection.Client)) && !MayRunElsewhere(connection.Client))
                .GroupBy(static connection => DaemonOf(connection.Client))
                .Select(static same => same
                    .OrderBy(static connection => connection.Location.SourceTree?.FilePath, StringComparer.Ordinal)
                    .ThenBy(static connection => connection.Location.SourceSpan.Start)
                    .First());
            foreach ((INamedTypeSymbol client, Location location) in first)
            {
                string stem = client.Name.Substring(0, client.Name.Length - "Client".Length);
                context.ReportDiagnostic(Diagnostic.Create(Descriptors.ProgramIsNoDaemon, location, client.Name, stem + "Daemon"));
            }
        }

        private void NoteMember(ISymbol member)
        {
            if (member.ContainingType is { IsStatic: true } type && type.Name.EndsWith("Daemon", StringComparison.Ordinal) && GeneratedNames.IsOurs(type))
            {
                _served[KnownTypes.MetadataNameOf(type)] = true;
            }
        }

        /// <summary>Whether options are made in this program, so that setting how to start a daemon would be seen.</summary>
        private bool IsOwn(IArgumentOperation argument)
        {
            IOperation value = argument.Value;
            while (value is IConversionOperation conversion)
            {
                value = conversion.Operand;
            }

            return value switch
            {
                _ when argument.ArgumentKind == ArgumentKind.DefaultValue => true,
                ILiteralOperation or IDefaultValueOperation or IObjectCreationOperation or ILocalReferenceOperation => true,
                IMemberReferenceOperation reference => IsInProgram(reference.Member),
                IInvocationOperation invocation => IsInProgram(invocation.TargetMethod),
                _ => false,
            };
        }

        private bool IsInProgram(ISymbol member) => SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly);

        /// <summary>Whether a library has, or this program could give it, a handler, so that the library may run the daemon.</summary>
        private bool MayRunElsewhere(INamedTypeSymbol client) => !IsInProgram(client)
            && compilation.SourceModule.ReferencedAssemblySymbols
                .Where(assembly => SymbolEqualityComparer.Default.Equals(assembly, client.ContainingAssembly)
                    || assembly.Modules.Any(module => module.ReferencedAssemblies.Contains(client.ContainingAssembly.Identity)))
                .Append(compilation.Assembly)
                .SelectMany(static assembly => assembly.GlobalNamespace.AllTypes())
                .SelectMany(Handlers.ContractsOf)
                .Intersect(client.AllInterfaces, SymbolEqualityComparer.Default)
                .Any();

        private static string DaemonOf(INamedTypeSymbol client)
        {
            string name = KnownTypes.MetadataNameOf(client);
            return name.Substring(0, name.Length - "Client".Length) + "Daemon";
        }
    }
}
