namespace DaemonRpc.Generators.Model;

/// <summary>What a parameter of a contract's method is for.</summary>
internal enum ParameterKind
{
    /// <summary>Its value travels with the request.</summary>
    Value,

    /// <summary>The cancellation token, which does not travel.</summary>
    CancellationToken,

    /// <summary>An <c>IProgress&lt;T&gt;</c>, to which the daemon sends reports.</summary>
    Progress,

    /// <summary>An <c>IAsyncEnumerable&lt;T&gt;</c>, whose items the daemon asks for.</summary>
    Stream,

    /// <summary>A <c>[DaemonCallback]</c> interface, whose methods the daemon calls.</summary>
    Callback,

    /// <summary>A <c>SafeFileHandle</c>, whose descriptor travels with the request.</summary>
    File,

    /// <summary>A <c>System.IO.Stream</c>, of which a descriptor travels with the request.</summary>
    ByteStream,

    /// <summary>A <c>PipeReader</c>, of which a descriptor travels with the request.</summary>
    PipeReader,

    /// <summary>A <c>PipeWriter</c>, of which a descriptor travels with the request.</summary>
    PipeWriter,

    /// <summary>An <c>IDuplexPipe</c>, of which a descriptor travels with the request.</summary>
    DuplexPipe,
}
