using DaemonRpc.Generators.Diagnostics;
using DaemonRpc.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DaemonRpc.Generators.DaemonCode;

/// <summary>Knows what a process has once, so that a daemon's code shares it with all callers, or has another one than its caller.</summary>
internal static class DaemonFacts
{
    private static readonly HashSet<string> s_inputs =
    [
        "In", "InputEncoding", "IsInputRedirected", "KeyAvailable", "CancelKeyPress", "OpenStandardInput", "Read", "ReadKey", "ReadLine", "SetIn",
        "TreatControlCAsInput",
    ];

    /// <summary>Returns what is to be said of an operation that a daemon runs, or null.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="root">The handler's member that leads to the operation.</param>
    public static Diagnostic? Check(IOperation operation, string root)
    {
        ISymbol? member = operation switch
        {
            IInvocationOperation invocation => invocation.TargetMethod,
            IMemberReferenceOperation reference => reference.Member,
            _ => null,
        };
        if (member is not { IsStatic: true, ContainingType: { } type })
        {
            return null;
        }

        DiagnosticDescriptor? descriptor = type.Name switch
        {
            "Console" when type.Is("System.Console") => s_inputs.Contains(member.Name) ? Descriptors.DaemonReadsNoConsole : Descriptors.DaemonWritesToLog,
            "Directory" when type.Is("System.IO.Directory") => member.Name is "GetCurrentDirectory" or "SetCurrentDirectory" ? Descriptors.DaemonHasOwnDirectory : null,
            "Environment" when type.Is("System.Environment") => OfEnvironment(member.Name),
            _ => IsSharedState(member) && IsWritten(operation) ? Descriptors.StaticFieldIsShared : null,
        };
        return descriptor is null ? null : Diagnostic.Create(descriptor, LocationOf(operation), $"{type.Name}.{member.Name}", root);
    }

    /// <summary>Whether a property gets a new value without being read.</summary>
    public static bool IsAssigned(IOperation target) => target.Parent is ISimpleAssignmentOperation assignment && assignment.Target == target;

    private static DiagnosticDescriptor? OfEnvironment(string member) => member switch
    {
        "CurrentDirectory" => Descriptors.DaemonHasOwnDirectory,
        "Exit" or "FailFast" => Descriptors.DaemonMustNotExit,
        "GetEnvironmentVariable" or "GetEnvironmentVariables" or "SetEnvironmentVariable" or "ExpandEnvironmentVariables" => Descriptors.DaemonHasOwnEnvironment,
        _ => null,
    };

    /// <summary>Whether a member is a variable that the project declares once for all threads.</summary>
    private static bool IsSharedState(ISymbol member) => member switch
    {
        IFieldSymbol { IsReadOnly: false, IsConst: false } field => IsInSource(field) && !field.HasAttribute("System.ThreadStaticAttribute"),
        IPropertySymbol { SetMethod: { } setter } => setter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax()
            is AccessorDeclarationSyntax { Body: null, ExpressionBody: null },
        _ => false,
    };

    private static bool IsInSource(ISymbol member) => !member.DeclaringSyntaxReferences.IsEmpty;

    // With ??= a program keeps what is costly to make, which is what a daemon is for.
    private static bool IsWritten(IOperation target) => target.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == target && assignment is not ICoalesceAssignmentOperation,
        IIncrementOrDecrementOperation => true,
        _ => false,
    };

    private static Location LocationOf(IOperation operation) =>
        (operation.Syntax is InvocationExpressionSyntax invocation ? invocation.Expression : operation.Syntax).GetLocation();
}
